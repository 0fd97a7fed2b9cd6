// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>Each way to lose a key or to hold a wrong one has its own message, and it names what it is about.</summary>
public sealed class MessageTests
{
    [Fact]
    public void KeyFaults_HaveEachTheirOwnMessage() => Differ(
        Enum.GetValues<KeyFault>().Select(fault => new VaultKeyException(fault, "[this]").Message), "[this]");

    [Fact]
    public void BlobFaults_HaveEachTheirOwnMessage() => Differ(
        Enum.GetValues<BlobFault>().Select(fault => new BlobException(fault, "[this]").Message), "[this]");

    [Fact]
    public void SealedFaults_HaveEachTheirOwnMessage() => Differ(
        Enum.GetValues<SealedFault>().Where(fault => fault != SealedFault.None)
            .Select(fault => new SealedObjectException(fault, 7).Message), "");

    private static void Differ(IEnumerable<string> messages, string about)
    {
        string[] all = [.. messages];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, message => Assert.Contains(about, message, StringComparison.Ordinal));
        // Longer than its subject: it says what to do, too.
        Assert.All(all, message => Assert.True(message.Length > about.Length + 15, message));
    }
}
