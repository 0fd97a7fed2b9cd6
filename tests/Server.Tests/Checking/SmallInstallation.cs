// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Microsoft.Data.Sqlite;

namespace Hermetic.Server.Tests.Checking;

/// <summary>A real installation with two tenants, the first with two faxes of two pages, the second with one; and the
/// means to change it behind its back.</summary>
internal sealed class SmallInstallation : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private Installation? _open;

    /// <summary>The pages of all faxes, the first tenant's first.</summary>
    public List<PageRecord> Pages { get; } = [];

    public ServerSettings Settings { get; private set; } = null!;

    public Installation Open => _open ?? throw new InvalidOperationException("it is closed");

    public string Data => _folder.Data;

    public static async Task<SmallInstallation> MakeAsync()
    {
        SmallInstallation made = new();
        string text = await File.ReadAllTextAsync(made._folder.SettingsFile);
        await File.WriteAllTextAsync(made._folder.SettingsFile, text.Replace("\"tenants\": [",
            "\"tenants\": [ { \"name\": \"South Clinic\", \"numbers\": [ \"+15554321\" ], \"sites\": [ { "
                + "\"name\": \"Main Street\", \"timeZone\": \"UTC\", \"numbers\": [ \"+15554321\" ] } ] },",
            StringComparison.Ordinal));
        made.Settings = made._folder.Settings;
        await made.OpenAsync();
        IReadOnlyList<(byte[] Tag, NumberRoute Route)> routes = await new Provisioning(made.Open).RunAsync(default);
        await made.ReceiveAsync(routes[0].Route, "call-1");
        await made.ReceiveAsync(routes[0].Route, "call-2");
        await made.ReceiveAsync(routes[1].Route, "call-3");
        foreach (Guid tenant in routes.Select(route => route.Route.Tenant))
        {
            foreach (FaxRecord fax in await made.Open.Store.Faxes.ListAsync(new FaxList(tenant), default))
            {
                made.Pages.AddRange(await made.Open.Store.Pages.ListAsync(tenant, fax.FaxId, default));
            }
        }

        return made;
    }

    /// <summary>As `hermetic verify installation` does it: everything.</summary>
    public async Task<CheckReport> CheckAsync()
    {
        await CloseAsync();
        return await InstallationVerifier.VerifyAsync(Settings, "os-user test", TimeProvider.System, _ => { }, default);
    }

    /// <summary>The pages of all tenants alone, on the open installation.</summary>
    public Task<CheckReport> CheckPagesAsync() => CheckAsync(
        (notes, tenant) => new PageCheck(Open, notes, mayOpen: true, _ => { }).RunAsync(tenant.TenantId, default));

    /// <summary>The sealed columns of all tenants alone.</summary>
    public Task<CheckReport> CheckColumnsAsync() => CheckAsync(
        (notes, tenant) => new ColumnCheck(Open, notes).RunAsync(tenant, default));

    public async Task OpenAsync() =>
        _open ??= await Installation.OpenAsync(Settings, TimeProvider.System, default);

    public async Task CloseAsync()
    {
        if (_open is { } open)
        {
            _open = null;
            await open.DisposeAsync();
        }
    }

    public string FileOf(PageRecord page) => Directory.GetFiles(
        Path.Combine(Data, "blobs", page.TenantId.ToString()), $"{page.BlobId}.page", SearchOption.AllDirectories)[0];

    /// <summary>Changes the database behind its back: how many rows.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery();
    }

    public byte[] Read(string table, string column)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT {column} FROM {table} ORDER BY rowid LIMIT 1";
        return (byte[])command.ExecuteScalar()!;
    }

    public void Write(string table, string column, byte[]? value) => Assert.Equal(1, Execute(
        $"UPDATE {table} SET {column} = $value WHERE rowid = (SELECT MIN(rowid) FROM {table})", ("$value", value)));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private async Task<CheckReport> CheckAsync(Func<CheckNotes, TenantRecord, Task> check)
    {
        CheckNotes notes = new();
        foreach (TenantRecord tenant in await Open.Store.Tenants.ListAsync(null, 10, default))
        {
            await check(notes, tenant);
        }

        return notes.Report;
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(Data, "hermetic.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private async Task ReceiveAsync(NumberRoute route, string identity)
    {
        Arrivals call = new(Open.ForLine(null), route, identity);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.ArriveAsync(1, Arrivals.Page(2));
        await call.EndAsync(CallOutcome.Completed, 2);
        Assert.Empty(call.Faults);
    }
}
