// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Server.Http;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Uploads;

/// <summary>Reads the body of an upload as it comes, and says at its end what it was by a hash. Nothing of it is kept
/// but what the sealing keeps.</summary>
internal sealed class UploadIntake(PipeReader body, DocumentOptions options) : IDisposable
{
    /// <summary>What is taken.</summary>
    public const string Types = "application/pdf, image/tiff, image/png, image/jpeg, text/plain";

    // What is looked at before the rest is taken: a PDF says what it is within so many (ISO 32000-1 annex H, note 13).
    private const int HeadBytes = 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The problem of one that is too large.</summary>
    public static ProblemException TooLarge(DocumentOptions options) => new(ProblemCode.TooLarge,
        $"A file has at most {options.Limits.InputBytesMax / 1_000_000} MB.");

    /// <summary>Seals it; its SHA-256.</summary>
    public async Task<byte[]> SealAsync(SealedWriter writer, CancellationToken cancellation)
    {
        await ReadAsync(part => writer.Write(part.Span), cancellation).ConfigureAwait(false);
        writer.Complete();
        return _hash.GetHashAndReset();
    }

    /// <summary>Only looks at it; its SHA-256.</summary>
    public async Task<byte[]> HashAsync(CancellationToken cancellation)
    {
        await ReadAsync(static _ => { }, cancellation).ConfigureAwait(false);
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private async Task ReadAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        bool looked = false;
        long length = 0;
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> come = read.Buffer;
            if (!looked && come.Length < HeadBytes && !read.IsCompleted)
            {
                body.AdvanceTo(come.Start, come.End);
                continue;
            }

            try
            {
                if (!looked && !FaxDocument.IsTaken(come.Slice(0, Math.Min(come.Length, HeadBytes)).ToArray()))
                {
                    throw new ProblemException(ProblemCode.UnsupportedType, $"A file is one of: {Types}.");
                }

                looked = true;
                foreach (ReadOnlyMemory<byte> part in come)
                {
                    _hash.AppendData(part.Span);
                    take(part);
                }
            }
            finally
            {
                // Given back even when refused: else the connection is closed under the client's next request.
                body.AdvanceTo(come.End);
            }

            length += come.Length;
            if (length > options.Limits.InputBytesMax)
            {
                throw TooLarge(options);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
