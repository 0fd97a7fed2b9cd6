// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Durable;

/// <summary>A file of the simulated disk: what readers see, what lies on the platter, and the writes between.</summary>
internal sealed class SimulatedFile
{
    private const int SectorBytes = 512;

    private readonly List<Change> _pending = [];
    private byte[] _seen = [];
    private byte[] _platter = [];

    public int Length { get; private set; }

    private int PlatterLength { get; set; }

    public ReadOnlySpan<byte> Bytes => _seen.AsSpan(0, Length);

    public Span<byte> Writable => _seen.AsSpan(0, Length);

    public void Write(long offset, ReadOnlySpan<byte> bytes) =>
        Apply(new Change(checked((int)offset), bytes.ToArray()));

    public void Truncate(long length) => Apply(new Change(checked((int)length), null));

    public void Flush()
    {
        foreach (Change change in _pending)
        {
            ToPlatter(change);
        }
        _pending.Clear();
    }

    /// <summary>A flush that fails: some of the writes reached the platter, and the system thinks that none is left to
    /// write. Readers go on to see all of them.</summary>
    public void FlushBadly(Random random)
    {
        foreach (Change change in _pending.Where(_ => random.Next(2) == 0))
        {
            ToPlatter(change);
        }
        _pending.Clear();
    }

    /// <summary>What is left after the power went: any subset of the writes since the last flush, any of them torn,
    /// large ones with sectors missing.</summary>
    public void LosePower(Random random)
    {
        int keptOf8 = random.Next(9);
        foreach (Change change in _pending.Where(_ => random.Next(8) < keptOf8))
        {
            Tear(change, random);
        }
        _pending.Clear();
        _seen = _platter.AsSpan(0, PlatterLength).ToArray();
        Length = PlatterLength;
    }

    public SimulatedFile Copy() => new()
    {
        _seen = Bytes.ToArray(),
        _platter = Bytes.ToArray(),
        Length = Length,
        PlatterLength = Length,
    };

    private static int Put(ref byte[] content, int length, Change change)
    {
        int end = change.Bytes is null ? change.Offset : Math.Max(length, change.Offset + change.Bytes.Length);
        if (end > content.Length)
        {
            Array.Resize(ref content, Math.Max(end, content.Length * 2));
        }
        if (end < length)
        {
            content.AsSpan(end, length - end).Clear();
        }
        change.Bytes?.CopyTo(content, change.Offset);
        return end;
    }

    private void Apply(Change change)
    {
        Length = Put(ref _seen, Length, change);
        _pending.Add(change);
    }

    private void ToPlatter(Change change) => PlatterLength = Put(ref _platter, PlatterLength, change);

    private void Tear(Change change, Random random)
    {
        switch (change.Bytes is { Length: > 0 } ? random.Next(4) : 0)
        {
            case 1:
                ToPlatter(change with { Bytes = change.Bytes![..random.Next(change.Bytes!.Length)] });
                break;
            case 2:
                for (int at = 0; at < change.Bytes!.Length; at += SectorBytes)
                {
                    if (random.Next(2) == 0)
                    {
                        int end = Math.Min(at + SectorBytes, change.Bytes.Length);
                        ToPlatter(new Change(change.Offset + at, change.Bytes[at..end]));
                    }
                }
                break;
            default:
                ToPlatter(change);
                break;
        }
    }

    /// <summary>Bytes written at an offset; or, without bytes, the length set to it.</summary>
    private sealed record Change(int Offset, byte[]? Bytes);
}
