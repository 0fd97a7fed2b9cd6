// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Documents.Raster;

namespace Hermetic.Documents.Rendering;

/// <summary>
/// Reads grey pages that a renderer writes one after the other as binary PGM. The renderer read foreign bytes, so that
/// its output is foreign too.
/// </summary>
/// <remarks>
/// `P5` white width white height white `255` one-white, then height rows of width octets. Comments (#) are allowed by
/// the format and not written by any renderer of ours: they are malformed here.
/// </remarks>
internal sealed class PgmReader(Stream stream, RenderLimits limits)
{
    private const int HeaderBytesMost = 64;

    private readonly byte[] _buffer = new byte[64 << 10];
    private int _at;
    private int _end;
    private bool _announced;

    /// <summary>Columns of the page at hand.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of the page at hand.</summary>
    public int Height { get; private set; }

    /// <summary>Set once the stream was not what it should be.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Goes to the next page. False at the end, or with <see cref="Refusal"/> set.</summary>
    public async Task<bool> NextPageAsync(CancellationToken cancellation)
    {
        StringBuilder header = new();
        int tokens = 0;
        bool inToken = false;
        while (tokens < 4 || inToken)
        {
            if (_at == _end && !await FillAsync(cancellation))
            {
                return header.Length > 0 && Refuse(RefusalCode.NotRendered, "the renderer broke off");
            }

            char next = (char)_buffer[_at++];
            bool white = next is ' ' or '\n' or '\r' or '\t';
            tokens += !white && !inToken ? 1 : 0;
            inToken = !white;
            header.Append(white ? ' ' : next);
            if (header.Length > HeaderBytesMost)
            {
                return Refuse(RefusalCode.NotRendered, "the renderer's output is not a page");
            }
        }

        return Accept(header.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Fills one row. False when the stream ended early (<see cref="Refusal"/> is set).</summary>
    public async Task<bool> ReadRowAsync(Memory<byte> row, CancellationToken cancellation)
    {
        while (!row.IsEmpty)
        {
            if (_at == _end && !await FillAsync(cancellation))
            {
                return Refuse(RefusalCode.NotRendered, "the renderer broke off in mid-page");
            }

            int count = Math.Min(row.Length, _end - _at);
            _buffer.AsMemory(_at, count).CopyTo(row);
            _at += count;
            row = row[count..];
        }

        return true;
    }

    /// <summary>Reads all of the page as it is; null with <see cref="Refusal"/> set.</summary>
    public async Task<GreyPage?> ReadPageAsync(CancellationToken cancellation)
    {
        GreyPage page = new(Width, Height);
        return await ReadRowAsync(page.Pels, cancellation) ? page : null;
    }

    /// <summary>Reads all of the page, scaled on the way; null with <see cref="Refusal"/> set.</summary>
    public async Task<GreyPage?> ReadScaledAsync(int width, int height, CancellationToken cancellation)
    {
        if (width == Width && height == Height)
        {
            return await ReadPageAsync(cancellation);
        }

        AreaScaler scaler = new(Width, Height, width, height);
        byte[] row = new byte[Width];
        for (int y = 0; y < Height; y++)
        {
            if (!await ReadRowAsync(row, cancellation))
            {
                return null;
            }

            scaler.WriteRow(row);
        }

        return scaler.Finish();
    }

    private bool Accept(string[] header)
    {
        _announced = header[0] == "P5" && header[3] == "255"
            && int.TryParse(header[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && int.TryParse(header[2], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && width > 0 && height > 0 && Size(width, height);
        if (!_announced)
        {
            return Refuse(RefusalCode.NotRendered, "the renderer's output is not a page");
        }

        return (long)Width * Height <= limits.PelsMax || Refuse(RefusalCode.OverLimit,
            $"the page has {(long)Width * Height / 1_000_000} million pels, at most {limits.PelsMax / 1_000_000}");
    }

    private bool Size(int width, int height)
    {
        (Width, Height) = (width, height);
        return true;
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        _at = 0;
        _end = await stream.ReadAsync(_buffer, cancellation);
        return _end > 0;
    }

    private bool Refuse(RefusalCode code, string reason)
    {
        Refusal ??= new(code, reason);
        return false;
    }
}
