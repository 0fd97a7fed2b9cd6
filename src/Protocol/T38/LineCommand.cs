// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

internal enum LineCommandKind
{
    Silence,
    Cng,
    Ced,
    Control,
    Training,
    Image,
    EcmBlock,
}

/// <summary>One of <see cref="IFaxModem"/>'s send commands, with what it was given.</summary>
internal readonly record struct LineCommand(LineCommandKind Kind)
{
    public FaxModulation Modulation { get; init; }

    public bool ShortTraining { get; init; }

    public TimeSpan Tcf { get; init; }

    public IFrameSource? Frames { get; init; }

    public IImageSource? Image { get; init; }
}
