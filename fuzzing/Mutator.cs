// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Fuzzing;

/// <summary>Makes new inputs from seeds: bit flips, interesting values, cuts, copies, splices. Same seed, same
/// inputs.</summary>
internal sealed class Mutator(byte[][] seeds, int seed, int bytesMax)
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0x0A, 0x0D, 0x20, 0x3A];

    private readonly Random random = new(seed);
    private readonly byte[] input = new byte[bytesMax];
    private int length;

    /// <summary>The next input; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        byte[] source = seeds[random.Next(seeds.Length)];
        length = Math.Min(source.Length, input.Length);
        source.AsSpan(0, length).CopyTo(input);
        int steps = 1 << random.Next(6);
        for (int step = 0; step < steps; step++)
        {
            Mutate();
        }

        return input.AsSpan(0, length);
    }

    private void Mutate()
    {
        switch (random.Next(8))
        {
            case 0 when length > 0:
                input[random.Next(length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                input[random.Next(length)] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2 when length > 0:
                input[random.Next(length)] = (byte)random.Next(256);
                break;
            case 3 when length > 1:
                length = random.Next(1, length);
                break;
            case 4:
                Insert();
                break;
            case 5 when length > 2:
                Remove();
                break;
            case 6 when length > 2:
                CopyWithin();
                break;
            default:
                Splice();
                break;
        }
    }

    private void Insert()
    {
        int count = Math.Min(1 + random.Next(32), input.Length - length);
        int at = random.Next(length + 1);
        input.AsSpan(at, length - at).CopyTo(input.AsSpan(at + count));
        byte value = Interesting[random.Next(Interesting.Length)];
        bool same = random.Next(2) == 0;
        for (int i = 0; i < count; i++)
        {
            input[at + i] = same ? value : (byte)random.Next(256);
        }

        length += count;
    }

    private void Remove()
    {
        int at = random.Next(length - 1);
        int count = 1 + random.Next(Math.Min(64, length - at - 1));
        input.AsSpan(at + count, length - at - count).CopyTo(input.AsSpan(at));
        length -= count;
    }

    private void CopyWithin()
    {
        int from = random.Next(length);
        int to = random.Next(length);
        int count = Math.Min(1 + random.Next(64), length - Math.Max(from, to));
        input.AsSpan(from, count).CopyTo(input.AsSpan(to));
    }

    private void Splice()
    {
        byte[] other = seeds[random.Next(seeds.Length)];
        if (other.Length == 0)
        {
            return;
        }

        int at = random.Next(length + 1);
        int from = random.Next(other.Length);
        int count = Math.Min(other.Length - from, input.Length - at);
        other.AsSpan(from, count).CopyTo(input.AsSpan(at));
        length = Math.Max(length, at + count);
    }
}
