// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Checking;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Checking;

/// <summary>One changed byte anywhere, or two things swapped, are found and named by a check of the whole
/// installation.</summary>
public sealed class InstallationCheckTests : IAsyncLifetime
{
    // Our choice of places where not all are tried: each run of the whole check takes a tenth of a second.
    private const int PlacesAFile = 6;

    private SmallInstallation _world = null!;

    public async ValueTask InitializeAsync() => _world = await SmallInstallation.MakeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Whole_Fits_AndEachTenantsJournalSaysOnceThatItWasChecked()
    {
        CheckReport report = await _world.CheckAsync();
        Assert.Empty(report.Findings);
        // Two names, two numbers, a site, and of each of three calls two columns, of each of three faxes one.
        Assert.Equal((6, 14, 0), (report.Counts.Pages, report.Counts.Columns, report.Counts.Destroyed));
        await _world.OpenAsync();
        await _world.Open.Ledger.IntegratedAsync(1, default);
        HashSet<Guid> tenants = [.. _world.Pages.Select(page => page.TenantId)];
        EntryBody[] bodies = [.. Enumerable.Range(0, 2)
            .SelectMany(index => tenants.Select(tenant => _world.Open.Journal.Read(tenant, index)?.Body))
            .OfType<EntryBody>()];
        Assert.Equal(2, bodies.Length);
        Assert.All(bodies, body => Assert.Equal((LedgerAct.SystemRead, "os-user test"), (body.Act, body.Who.Account)));
        Assert.Null(_world.Open.Journal.Read(_world.Pages[0].TenantId, 2));
    }

    [Fact]
    public async Task Blob_AnyByteFlipped_NamesThePage()
    {
        PageRecord page = _world.Pages[1];
        string file = _world.FileOf(page);
        byte[] good = await File.ReadAllBytesAsync(file);
        // All of the header and of the last tag; of the chunk between them every thirty-first byte.
        foreach (int at in Enumerable.Range(0, good.Length)
            .Where(at => at < 300 || at >= good.Length - 16 || at % 31 == 0))
        {
            await WriteFlippedAsync(file, good, at);
            CheckFinding finding = Assert.Single((await _world.CheckPagesAsync()).Findings);
            Assert.Contains(NameOf(page), finding.Place, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Blob_FlippedAndItsHashMadeToFit_IsNamedByItsSeal()
    {
        PageRecord page = _world.Pages[1];
        string file = _world.FileOf(page);
        byte[] good = await File.ReadAllBytesAsync(file);
        Random places = new(5);
        foreach (int at in Enumerable.Range(0, 300).Concat(
            Enumerable.Range(0, 60).Select(_ => places.Next(good.Length))).Append(good.Length - 1))
        {
            byte[] bytes = await WriteFlippedAsync(file, good, at);
            SetHash(page, bytes);
            CheckReport report = await _world.CheckPagesAsync();
            Assert.True(report.Findings.Count > 0, $"byte {at} of {good.Length}");
            Assert.All(report.Findings,
                finding => Assert.Contains(NameOf(page), finding.Place, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("tenants", "sealed_name")]
    [InlineData("lines", "sealed_number")]
    [InlineData("calls", "sealed_remote_number")]
    [InlineData("calls", "sealed_station_id")]
    [InlineData("faxes", "sealed_remote_number")]
    [InlineData("sites", "sealed_entry")]
    public async Task SealedColumn_AnyByteFlipped_IsNamed(string table, string column)
    {
        byte[] good = _world.Read(table, column);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bytes = [.. good];
            bytes[at] ^= 1;
            _world.Write(table, column, bytes);
            CheckReport report = await _world.CheckColumnsAsync();
            Assert.True(report.Findings.Count > 0, $"byte {at} of {good.Length}");
            Assert.All(report.Findings,
                finding => Assert.EndsWith($": {column}", finding.Place, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("lines", "sealed_name")]
    [InlineData("faxes", "sealed_station_id")]
    [InlineData("faxes", "sealed_subject")]
    [InlineData("faxes", "sealed_file_name")]
    [InlineData("events", "sealed_body")]
    public async Task SealedColumn_ThatNobodyWrote_IsNamed(string table, string column)
    {
        _world.Write(table, column, _world.Read("calls", "sealed_remote_number"));
        CheckFinding finding = Assert.Single((await _world.CheckColumnsAsync()).Findings);
        Assert.EndsWith($": {column}", finding.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calls", "sealed_remote_number")]
    [InlineData("faxes", "sealed_remote_number")]
    public async Task SealedColumns_OfTwoRowsSwapped_AreNamed(string table, string column)
    {
        // Bytes of the one row in the other, and the other way round.
        _world.Execute($"CREATE TEMP TABLE t AS SELECT rowid AS r, {column} AS v FROM {table} ORDER BY rowid LIMIT 2;"
            + $"UPDATE {table} SET {column} = (SELECT v FROM t WHERE r <> {table}.rowid) "
            + "WHERE rowid IN (SELECT r FROM t)");
        CheckReport report = await _world.CheckColumnsAsync();
        Assert.Equal(2, report.Findings.Count);
        Assert.All(report.Findings, finding => Assert.EndsWith($": {column}", finding.Place, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 1, "two pages of a fax")]
    [InlineData(0, 2, "two faxes")]
    [InlineData(0, 4, "two tenants")]
    public async Task Blobs_Swapped_AreNamed_EvenWithTheirHashes(int one, int other, string what)
    {
        (PageRecord first, PageRecord second) = (_world.Pages[one], _world.Pages[other]);
        byte[] firstBytes = await File.ReadAllBytesAsync(_world.FileOf(first));
        byte[] secondBytes = await File.ReadAllBytesAsync(_world.FileOf(second));
        await File.WriteAllBytesAsync(_world.FileOf(first), secondBytes);
        await File.WriteAllBytesAsync(_world.FileOf(second), firstBytes);
        await NamesBothAsync();
        SetHash(first, secondBytes);
        SetHash(second, firstBytes);
        await NamesBothAsync();

        async Task NamesBothAsync()
        {
            CheckReport report = await _world.CheckPagesAsync();
            Assert.True(report.Findings.Count == 2, $"{what}: {string.Join('\n', report.Findings)}");
            Assert.Contains(report.Findings,
                finding => finding.Place.Contains(NameOf(first), StringComparison.Ordinal));
            Assert.Contains(report.Findings,
                finding => finding.Place.Contains(NameOf(second), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task RecordAndBlob_OneWithoutTheOther_AreNamed()
    {
        PageRecord page = _world.Pages[1];
        Assert.Equal(1, _world.Execute("DELETE FROM pages WHERE blob_id = $blob",
            ("$blob", page.BlobId.ToByteArray(bigEndian: true))));
        File.Delete(_world.FileOf(_world.Pages[2]));
        CheckReport report = await _world.CheckAsync();
        Assert.Contains(report.Findings, finding => finding.Place.Contains(NameOf(page), StringComparison.Ordinal));
        Assert.Contains(report.Findings,
            finding => finding.Place.Contains($"{page.BlobId}.page", StringComparison.Ordinal));
        Assert.Contains(report.Findings,
            finding => finding.Place.Contains(NameOf(_world.Pages[2]), StringComparison.Ordinal)
                && finding.Reason.Contains("missing", StringComparison.Ordinal));
        Assert.Equal(3, report.Findings.Count);
    }

    [Theory]
    [InlineData("lines", "number_tag")]
    [InlineData("sites", "name_tag")]
    [InlineData("faxes", "remote_tag")]
    [InlineData("routes", "routing_tag")]
    public async Task Tag_Flipped_IsNamed(string table, string column)
    {
        byte[] bytes = _world.Read(table, column);
        bytes[3] ^= 1;
        _world.Write(table, column, bytes);
        Assert.Single((await _world.CheckColumnsAsync()).Findings);
    }

    [Theory]
    [InlineData("ledger/checkpoint")]
    [InlineData("ledger/tile/0")]
    [InlineData("ledger/tile/entries")]
    public async Task Ledger_AnyByteFlipped_IsNamed_AndNothingIsOpened(string place)
    {
        Assert.Empty((await _world.CheckAsync()).Findings);
        await _world.OpenAsync();
        await _world.CloseAsync();
        string path = Path.Combine(_world.Data, place);
        string file = File.Exists(path) ? path : Newest(path);
        byte[] good = await File.ReadAllBytesAsync(file);
        Random places = new(7);
        for (int i = 0; i < PlacesAFile; i++)
        {
            int at = places.Next(good.Length);
            await WriteFlippedAsync(file, good, at);
            CheckReport report = await _world.CheckAsync();
            string name = Path.GetRelativePath(_world.Data, file);
            Assert.True(report.Findings.Any(finding => finding.Place.StartsWith(name, StringComparison.Ordinal)),
                $"{name}, byte {at}: {string.Join('\n', report.Findings)}");
            Assert.Equal(0, report.Counts.Columns);
            await File.WriteAllBytesAsync(file, good);
        }

        Assert.Empty((await _world.CheckAsync()).Findings);
    }

    [Fact]
    public async Task KeysFolder_AnyFileFlipped_IsNamed()
    {
        Assert.Empty((await _world.CheckAsync()).Findings);
        Random places = new(11);
        foreach (string file in Directory.GetFiles(
            Path.Combine(_world.Data, "keys"), "*", SearchOption.AllDirectories).Where(file => IsKey(file)))
        {
            byte[] good = await File.ReadAllBytesAsync(file);
            int at = places.Next(good.Length);
            await WriteFlippedAsync(file, good, at);
            CheckReport report = await _world.CheckAsync();
            Assert.True(report.Findings.Count > 0, $"{Path.GetRelativePath(_world.Data, file)}, byte {at}");
            await File.WriteAllBytesAsync(file, good);
        }

        Assert.Empty((await _world.CheckAsync()).Findings);
    }

    // The routing key of the line is a copy, which each opening writes anew from the desk's; locks are empty.
    private static bool IsKey(string file) => new FileInfo(file).Length > 0 && Path.GetFileName(file) != "routing";

    private static string NameOf(PageRecord page) => $"fax {page.FaxId}, page {page.Number}";

    private static string Newest(string folder) => Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .OrderByDescending(file => new FileInfo(file).Length)
        .First();

    private static async Task<byte[]> WriteFlippedAsync(string file, byte[] good, int at)
    {
        byte[] bytes = [.. good];
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        return bytes;
    }

    private void SetHash(PageRecord page, byte[] bytes) => Assert.Equal(1, _world.Execute(
        "UPDATE pages SET object_hash = $hash, byte_length = $length WHERE blob_id = $blob",
        ("$hash", System.Security.Cryptography.SHA256.HashData(bytes)), ("$length", bytes.Length),
        ("$blob", page.BlobId.ToByteArray(bigEndian: true))));
}
