// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Tests.Reading;

/// <summary>P3: where the entry can't be written, nothing is read: not one octet of the sealed page is asked for, in
/// any public way to content.</summary>
public sealed class JournaledFirstTests
{
    private const string InnerFolder = "P3_FOLDER";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task P3_LedgerWrites_EveryWayReads()
    {
        using TestFolder folder = new();
        await using ReadableFax fax = await ReadableFax.ReceiveAsync(folder);
        int ways = 0;
        foreach ((string name, Func<Task> read) in fax.Ways(fax.Reader))
        {
            int before = fax.Reads;
            Task reading = read();
            await reading;
            // A list opens no page, and notes are none: what they show lies in rows.
            Assert.True(fax.Reads > before || reading is Task<IReadOnlyList<ShownFax>>
            {
                Result: [{ RemoteNumber: Arrivals.Caller }],
            } or Task<IReadOnlyList<ShownNote>> { Result: [{ Text: ReadableFax.Note }] }, name);
            ways++;
        }

        Assert.NotEqual(0, ways);
    }

    [Fact]
    public async Task P3_LedgersFolderGone_NothingIsRead()
    {
        using TestFolder folder = new();
        await using ReadableFax fax = await ReadableFax.ReceiveAsync(folder);
        Directory.Delete(folder.Ledger, recursive: true);
        await AssertRefusedAsync(fax, fax.Reader);
    }

    /// <summary>At whichever step the device or its space fails, once or for good.</summary>
    [Theory]
    [InlineData(DurableFault.NoSpace, false)]
    [InlineData(DurableFault.NoSpace, true)]
    [InlineData(DurableFault.InputOutput, false)]
    [InlineData(DurableFault.InputOutput, true)]
    [InlineData(DurableFault.Denied, true)]
    public async Task P3_LedgersDiskFailsAtAnyStep_NothingIsRead(DurableFault fault, bool stays)
    {
        using TestFolder folder = new();
        await using ReadableFax fax = await ReadableFax.ReceiveAsync(folder);
        // An append is a write, a flush and a look: more steps than it has, and the read goes through.
        for (int step = 1; ; step++)
        {
            int before = fax.Reads;
            SimulatedFiles files = new();
            using NoteSigner signer = new("test.example/ledger", NoteKeyType.Ed25519, new byte[NoteSigner.SeedBytes]);
            LedgerLog.Create(files, signer);
            await using LedgerLog ledger = LedgerLog.Open(
                files, signer, TimeProvider.System, length => new byte[length]);
            files.FailAt(files.Operations + step, fault, stays);
            if (await Record.ExceptionAsync(() => fax.ReadAsync(fax.ReaderOn(ledger))) is not { } refused)
            {
                Assert.True(step > 2 && fax.Reads == before + 1);
                return;
            }

            AssertNamesTheLedger(refused);
            await AssertRefusedAsync(fax, fax.ReaderOn(ledger), before);
        }
    }

    [Fact]
    public async Task P3_KeysOfTheJournalCantBeMade_NothingIsRead()
    {
        using TestFolder folder = new();
        await using ReadableFax fax = await ReadableFax.ReceiveAsync(folder);
        Directory.Delete(Path.Combine(folder.Data, "keys"), recursive: true);
        foreach ((string name, Func<Task> read) in fax.Ways(fax.Reader))
        {
            Exception? refused = await Record.ExceptionAsync(read);
            Assert.True(refused is VaultKeyException or DurableException, $"{name}: {refused}");
        }

        Assert.Equal(0, fax.Reads);
    }

    [Fact]
    public async Task P3_LedgersSigningKeyMissing_NothingOpens()
    {
        using TestFolder folder = new();
        await (await ReadableFax.ReceiveAsync(folder)).DisposeAsync();
        string seed = Assert.Single(Directory.GetFiles(
            Path.Combine(folder.Data, "keys"), "*ledger-seed*", SearchOption.AllDirectories));
        File.Delete(seed);
        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(folder.Settings, TimeProvider.System, default));
        Assert.Contains("the ledger's signing key is missing", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(seed));
    }

    [Fact]
    public Task P3_LedgersDiskFull_NothingIsRead() =>
        RunInSandboxAsync(nameof(Inner_LedgersDiskFull), ["--size", "1048576", "--tmpfs"]);

    [Fact]
    public async Task P3_LedgerReadOnly_NothingOpens()
    {
        using TestFolder folder = new();
        await (await ReadableFax.ReceiveAsync(folder)).DisposeAsync();
        await RunInSandboxAsync(nameof(Inner_LedgerReadOnly), ["--ro-bind", folder.Ledger], folder);
    }

    /// <summary>Runs behind bwrap, which puts a small file system of its own under the ledger.</summary>
    [Fact(Explicit = true)]
    public async Task Inner_LedgersDiskFull()
    {
        TestFolder folder = Inner();
        await using (ReadableFax fax = await ReadableFax.ReceiveAsync(folder))
        {
            await fax.ReadAsync(fax.Reader);
            int before = fax.Reads;
            string filler = Path.Combine(folder.Ledger, "filler");
            Fill(filler);
            // What is left of the journal's last block takes a few more entries.
            while (await Record.ExceptionAsync(() => fax.ReadAsync(fax.Reader)) is null)
            {
                before = fax.Reads;
            }

            await AssertRefusedAsync(fax, fax.Reader, before);
            File.Delete(filler);
            // It opens again by itself; what was refused meanwhile was not read.
            Assert.Equal(before, fax.Reads);
            while (fax.LedgerRefusal is not null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }

            await fax.ReadAsync(fax.Reader);
            Assert.True(fax.Reads > before);
        }

        await using Installation again = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        Assert.Null(again.Ledger.Refusal);
    }

    /// <summary>Runs behind bwrap, which lets nobody write into the ledger.</summary>
    [Fact(Explicit = true)]
    public async Task Inner_LedgerReadOnly()
    {
        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(Inner().Settings, TimeProvider.System, default));
        Assert.StartsWith("the ledger can't be opened: ", refused.Message, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(ReadableFax fax, FaxReader reader, int readsBefore = 0)
    {
        foreach ((string name, Func<Task> read) in fax.Ways(reader))
        {
            Exception? refused = await Record.ExceptionAsync(read);
            Assert.True(refused is not null, $"{name} reads");
            AssertNamesTheLedger(refused);
        }

        Assert.Equal(readsBefore, fax.Reads);
    }

    private static void AssertNamesTheLedger(Exception refused) => Assert.StartsWith(
        "the ledger takes no entries", Assert.IsType<LedgerRefusedException>(refused).Message,
        StringComparison.Ordinal);

    private static void Fill(string file)
    {
        using FileStream stream = File.Create(file, bufferSize: 0);
        IOException full = Assert.Throws<IOException>(WriteOn);
        Assert.Contains("space", full.Message, StringComparison.OrdinalIgnoreCase);

        void WriteOn()
        {
            byte[] block = new byte[4096];
            while (true)
            {
                stream.Write(block);
            }
        }
    }

    private static TestFolder Inner() => new(path: Environment.GetEnvironmentVariable(InnerFolder)
        ?? throw new InvalidOperationException("runs only behind its outer test"));

    // This very test program once more, with a file system of its own over the ledger.
    private static async Task RunInSandboxAsync(string test, string[] mount, TestFolder? prepared = null)
    {
        using TestFolder own = new();
        TestFolder folder = prepared ?? own;
        Directory.CreateDirectory(folder.Ledger);
        await using PeerProcess inner = PeerProcess.Start("bwrap",
            [
                "--dev-bind", "/", "/", "--die-with-parent", .. mount, folder.Ledger,
                Environment.ProcessPath!, "-noColor", "-noLogo", "-explicit", "only",
                "-method", $"{typeof(JournaledFirstTests).FullName}.{test}",
            ],
            environment: new Dictionary<string, string> { [InnerFolder] = folder.Path });
        int code = await inner.WaitForExitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.True(code == 0 && inner.Output.Any(line => line.Contains("Total: 1", StringComparison.Ordinal)),
            inner.Describe($"ended with {code}"));
    }
}
