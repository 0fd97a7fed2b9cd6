// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Doctor;

/// <summary>What was seen of a promise.</summary>
public enum Verdict
{
    /// <summary>It was probed, and it is kept.</summary>
    Holds = 1,

    /// <summary>It could not be probed: neither good nor bad is known (P7).</summary>
    Unknown = 2,

    /// <summary>It was probed, and it is broken.</summary>
    Broken = 3,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Promise">Which promise it bears on: `P1` to `P4`.</param>
/// <param name="Verdict">What was seen.</param>
/// <param name="Saw">What was seen, in words; no PHI.</param>
/// <param name="Advice">What to do; empty if nothing.</param>
public sealed record Finding(string Promise, Verdict Verdict, string Saw, string Advice = "");

/// <summary>Everything that the doctor looked at.</summary>
public sealed record Findings(IReadOnlyList<Finding> All)
{
    /// <summary>The promises that are probed, and their names.</summary>
    public static readonly IReadOnlyList<(string Promise, string Name)> Promises =
    [
        ("P1", "sealed from the first byte"), ("P2", "durable before it is confirmed"),
        ("P3", "journaled before it is shown"), ("P4", "no open door"),
    ];

    /// <summary>How a promise stands: as its worst finding; unknown if nothing was looked at.</summary>
    public Verdict Of(string promise) => All.Where(finding => finding.Promise == promise)
        .Select(finding => finding.Verdict).DefaultIfEmpty(Verdict.Unknown).Max();

    /// <summary>How all of them stand.</summary>
    public Verdict Worst => Promises.Max(promise => Of(promise.Promise));
}
