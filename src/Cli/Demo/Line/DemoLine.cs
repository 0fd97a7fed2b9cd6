// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Demo.Line;

/// <summary>Which end of the demo's call.</summary>
internal enum DemoEnd
{
    Sender,
    Receiver,
}

/// <summary>One line of a transcript as the demo shows it.</summary>
/// <param name="End">Whose it is.</param>
/// <param name="At">Since the call's start.</param>
/// <param name="Text">Arrow and words; no PHI.</param>
internal sealed record DemoLine(DemoEnd End, TimeSpan At, string Text);
