// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Modems;

/// <summary>What a call's audio may show to be a fax.</summary>
[Flags]
public enum FaxSignals
{
    /// <summary>Nothing yet.</summary>
    None = 0,
    /// <summary>A calling terminal's tone was heard.</summary>
    Cng = 1,
    /// <summary>A called terminal's tone was heard.</summary>
    Ced = 2,
    /// <summary>A terminal starts to talk at 300 bit/s.</summary>
    Preamble = 4,
}

/// <summary>Listens to a call's audio for all that says "fax", and remembers what it has heard.</summary>
public sealed class FaxSignalDetector
{
    // CNG lasts 0.5 s − 15 % = 425 ms at the shortest (T.30 §4.3.2): 300 ms of it are enough to be sure.
    private readonly ToneDetector _cng = new(1100, TimeSpan.FromMilliseconds(300));

    // CED lasts 2.6 s and more (T.30 §4.3.1), but an answer tone's reversals come every 450 ms (V.8): 500 ms.
    private readonly ToneDetector _ced = new(2100, TimeSpan.FromMilliseconds(500));
    private readonly V21PreambleDetector _preamble = new();

    /// <summary>All that was heard since the beginning or the last <see cref="Reset"/>.</summary>
    public FaxSignals Heard { get; private set; }

    /// <summary>Takes what was heard next.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        _cng.Write(samples);
        _ced.Write(samples);
        _preamble.Write(samples);
        Heard |= (_cng.IsPresent ? FaxSignals.Cng : 0) | (_ced.IsPresent ? FaxSignals.Ced : 0)
            | (_preamble.IsPresent ? FaxSignals.Preamble : 0);
    }

    /// <summary>Forgets everything heard.</summary>
    public void Reset()
    {
        _cng.Reset();
        _ced.Reset();
        _preamble.Reset();
        Heard = FaxSignals.None;
    }
}
