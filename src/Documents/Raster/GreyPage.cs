// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Raster;

/// <summary>A page in grey, one octet a pel, 0 black and 255 white, rows top first.</summary>
internal sealed class GreyPage(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public byte[] Pels { get; } = new byte[checked(width * height)];

    public Span<byte> Row(int y) => Pels.AsSpan(y * Width, Width);

    /// <summary>The page turned a quarter clockwise.</summary>
    public GreyPage TurnedClockwise()
    {
        // In squares, so that both the reading and the writing stay within a few cache lines.
        const int Square = 32;
        GreyPage turned = new(Height, Width);
        byte[] from = Pels;
        byte[] to = turned.Pels;
        for (int top = 0; top < Height; top += Square)
        {
            for (int left = 0; left < Width; left += Square)
            {
                for (int y = top; y < Math.Min(top + Square, Height); y++)
                {
                    for (int x = left; x < Math.Min(left + Square, Width); x++)
                    {
                        to[(x * Height) + (Height - 1 - y)] = from[(y * Width) + x];
                    }
                }
            }
        }

        return turned;
    }
}
