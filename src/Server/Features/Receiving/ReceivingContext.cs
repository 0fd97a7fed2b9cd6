// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receiving;

/// <summary>What the line role has: public keys, a place for sealed bytes, the records. Nothing of it can open what was
/// sealed.</summary>
internal sealed record ReceivingContext(
    LineKeys Keys, Sealer Sealer, IBlobStore Blobs, FaxStore Store, TimeProvider Time)
{
    /// <summary>Told of each step, on whatever thread takes it. Tests end the process here.</summary>
    public Action<ReceivingStep> Reached { get; init; } = static _ => { };

    /// <summary>Takes what a call could not write at its end because storage was gone, to write it when it is
    /// back.</summary>
    public Action<Func<CancellationToken, Task>> Owe { get; init; } = static _ => { };

    /// <summary>An id in the order of time (UUIDv7, RFC 9562 §5.7).</summary>
    public static Guid NewId(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>A trunk's id: the same at each start as long as its name is.</summary>
    public static Guid TrunkId(string name) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes("hermetic trunk\n" + name)).AsSpan(0, 16), bigEndian: true);
}
