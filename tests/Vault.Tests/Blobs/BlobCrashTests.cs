// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Tests.Sealing;

namespace Hermetic.Vault.Tests.Blobs;

/// <summary>Blobs as files, when the power goes and the disk fails.</summary>
public sealed class BlobCrashTests
{
    private static readonly Guid Tenant = Guid.NewGuid();

    private readonly byte[] _bytes = SealedWorld.Bytes(5000);

    [Fact]
    public async Task P2_Put_CutAtEveryOperation_KeepsWhatReturnedAndLeavesNoHalf()
    {
        for (int cut = 1; cut < 40; cut++)
        {
            for (int seed = 0; seed < 10; seed++)
            {
                SimulatedFiles files = new(seed);
                BlobName[] names = [.. Enumerable.Range(0, 4).Select(i => new BlobName(
                    Tenant, new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, (byte)(i / 2)]), "page-0001"))];
                int returned = await PutUntilCutAsync(files, names, cut);
                files.Restart(seed);
                FileBlobs again = new(files);
                await again.SweepAsync(default);
                for (int i = 0; i < names.Length; i++)
                {
                    byte[]? there = await again.GetAsync(names[i], default);
                    Assert.True(there is null ? i >= returned : there.AsSpan().SequenceEqual(_bytes),
                        $"cut {cut}, seed {seed}, blob {i} of {returned}");
                }
                Assert.DoesNotContain(files.Files, path => path.EndsWith(".part", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Delete_CutAfterItReturned_StaysDeleted()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            SimulatedFiles files = new(seed);
            FileBlobs blobs = new(files);
            BlobName name = new(Tenant, Guid.NewGuid(), "page-0001");
            await blobs.PutAsync(name, _bytes, default);
            await blobs.DeleteAsync(name, default);
            files.Restart(seed);
            Assert.Null(await new FileBlobs(files).GetAsync(name, default));
        }
    }

    [Theory]
    [InlineData(DurableFault.NoSpace, BlobFault.NoSpace)]
    [InlineData(DurableFault.InputOutput, BlobFault.Failed)]
    [InlineData(DurableFault.Denied, BlobFault.Denied)]
    public async Task Put_FailingAtEveryOperation_SaysWhyAndCanBeDoneAgain(DurableFault fault, BlobFault expected)
    {
        for (int at = 1; at <= 10; at++)
        {
            SimulatedFiles files = new(at);
            FileBlobs blobs = new(files);
            BlobName name = new(Tenant, Guid.NewGuid(), "page-0001");
            files.FailAt(files.Operations + at, fault, stays: true);
            BlobException refusal = await Assert.ThrowsAsync<BlobException>(
                () => blobs.PutAsync(name, _bytes, default));
            Assert.Equal(expected, refusal.Fault);
            files.Heal();
            if (await blobs.GetAsync(name, default) is null)
            {
                await blobs.PutAsync(name, _bytes, default);
            }
            Assert.Equal(_bytes, await blobs.GetAsync(name, default));
        }
    }

    [Fact]
    public void Names_ThatWeDoNotMake_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new BlobName(Tenant, Tenant, "../x"));
        Assert.Throws<ArgumentException>(() => new BlobName(Tenant, Tenant, ""));
        Assert.Throws<ArgumentException>(() => new BlobName(Tenant, Tenant, new string('a', 41)));
        BlobName name = new(Tenant, Guid.NewGuid(), "page-0001");
        Assert.True(BlobName.TryParse(name.ToString(), out BlobName? read));
        Assert.Equal(name, read);
        foreach (string text in (string[])["", "a/b/c", name + "x/", name.ToString().ToUpperInvariant(),
            name.ToString().Replace(".page", "/page", StringComparison.Ordinal)])
        {
            Assert.False(BlobName.TryParse(text, out _), text);
        }
    }

    private async Task<int> PutUntilCutAsync(SimulatedFiles files, BlobName[] names, int cut)
    {
        int returned = 0;
        files.CutAt(cut);
        try
        {
            FileBlobs blobs = new(files);
            foreach (BlobName name in names)
            {
                await blobs.PutAsync(name, _bytes, default);
                returned++;
            }
        }
        catch (PowerCutException)
        {
        }
        return returned;
    }
}
