// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;

namespace Hermetic.Cli.Remote;

/// <summary>A file as a request's body, read as it goes, that says how far it is.</summary>
internal sealed class FileUpload : HttpContent
{
    private const int ChunkBytes = 64 << 10; // our choice

    private readonly string _file;
    private readonly Action<long, long> _told;
    private readonly long _length;

    public FileUpload(string file, Action<long, long> told)
    {
        (_file, _told, _length) = (file, told, new FileInfo(file).Length);
        // What it is, the server sees from its first bytes.
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(_file);
        byte[] chunk = new byte[ChunkBytes];
        long sent = 0;
        for (int read; (read = await file.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            await stream.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            _told(sent += read, _length);
        }
    }
}
