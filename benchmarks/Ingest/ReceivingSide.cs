// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Benchmarks.Calls;
using Hermetic.Protocol.T30;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Peers.PostgreSql;
using Hermetic.Vault.Sealing;

namespace Hermetic.Benchmarks.Ingest;

/// <summary>An installation that receives, without the line in front of it.</summary>
internal sealed class ReceivingSide : IAsyncDisposable
{
    private const int TenantsDefault = 16;
    private const int FillersAtOnce = 64; // as many as share a flush of the store
    private static readonly string[] AnyPort = ["127.0.0.1:0"];

    private readonly Installation _installation;
    private readonly IReadOnlyList<(byte[] Tag, NumberRoute Route)> _routes;
    private readonly ReceivingContext _context;
    private readonly ArrivedPage[] _pages;
    private int _received;

    private ReceivingSide(Installation installation, IReadOnlyList<(byte[] Tag, NumberRoute Route)> routes,
        BenchPages pages)
    {
        _installation = installation;
        _routes = routes;
        _context = installation.ForLine(null);
        _pages = [.. pages.Document.Pages.Select((page, i) =>
            new ArrivedPage(i + 1, page, new PageQuality(page.Rows, 0, 0, 0)))];
        PageBytes = (int)pages.BytesPerPage + 1024;
    }

    /// <summary>Octets of a sealed page, near enough.</summary>
    public int PageBytes { get; }

    /// <summary>The lines, tenant by tenant; line <c>i</c> has <see cref="Number"/> <c>i</c>.</summary>
    public IReadOnlyList<NumberRoute> Routes => [.. _routes.Select(route => route.Route)];

    /// <summary>The number of a line.</summary>
    public static string Number(int line) => $"+1555{line:D7}";

    /// <summary>Its configuration, with which a server can serve the same folder afterwards.</summary>
    public static string ConfigurationIn(string folder) => Path.Combine(folder, "hermetic.json");

    /// <summary>Makes one.</summary>
    public static async Task<ReceivingSide> OpenAsync(string folder, PostgreSqlPeer? server, BenchPages pages,
        CancellationToken cancellation, int tenants = TenantsDefault, int linesPerTenant = 1)
    {
        string file = ConfigurationIn(folder);
        string password = Path.Combine(folder, "password");
        FileStreamOptions secret = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (StreamWriter writer = new(password, secret))
        {
            await writer.WriteAsync(PostgreSqlPeer.Password.AsMemory(), cancellation);
        }

        object? store = server is null ? null : new
        {
            kind = "postgresql",
            connection = $"Host=127.0.0.1;Port={server.Port};Username=hermetic;"
                + (await server.CreateDatabaseAsync()).Split(';')[^1],
            passwordFile = password,
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            data = Path.Combine(folder, "data"),
            keys = new { file = Path.Combine(folder, "root.key") },
            ledger = new { origin = "bench.example/ledger" },
            http = new { listen = AnyPort },
            sip = new { listen = AnyPort, mediaPorts = "16000-19998" },
            tenants = Enumerable.Range(0, tenants).Select(i => new
            {
                name = $"Clinic {i}",
                numbers = Enumerable.Range(i * linesPerTenant, linesPerTenant).Select(Number),
            }),
            store = store ?? new { },
        }), cancellation);
        Installation installation = await Installation.OpenAsync(
            ServerSettingsReader.ReadFile(file), TimeProvider.System, cancellation);
        try
        {
            return new ReceivingSide(installation, await new Provisioning(installation).RunAsync(cancellation), pages);
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fills the first tenant's first inbox with so many received faxes of days gone by: rows with sealed
    /// numbers, as a list shows them, and no pages.</summary>
    public Task FillAsync(int faxes, CancellationToken cancellation)
    {
        NumberRoute route = _routes[0].Route;
        DateTimeOffset begun = TimeProvider.System.GetUtcNow().AddDays(-30);
        SealedNumbers numbers = new(
            _installation.Keys, _installation.Sealer, _installation.Store, _installation.Time);
        SealingKey key = _installation.Keys.Ensure(
            route.Tenant, KeyEpoch.At(begun, route.RetentionClass)).Sealing;
        return Parallel.ForEachAsync(Enumerable.Range(0, faxes),
            new ParallelOptions { MaxDegreeOfParallelism = FillersAtOnce, CancellationToken = cancellation },
            async (i, cancel) =>
            {
                DateTimeOffset at = begun.AddSeconds(i);
                Guid fax = Guid.CreateVersion7(at);
                string caller = string.Create(CultureInfo.InvariantCulture, $"+1777{i:D7}");
                await _installation.Store.Faxes.RecordAsync(
                    new NewFax
                    {
                        TenantId = route.Tenant,
                        FaxId = fax,
                        Direction = FaxDirection.Inbound,
                        BegunAt = at,
                        IdempotencyTag = SHA256.HashData(fax.ToByteArray()),
                        LineId = route.Line,
                        RetentionClass = route.RetentionClass,
                        KeyEpoch = key.Epoch.Encoded,
                        RemoteTag = numbers.Tag(caller),
                        SealedRemoteNumber = numbers.Field(
                            key, route.Tenant, fax, InboundFax.RemoteNumberField, caller),
                    },
                    [], new FaxMove(route.Tenant, fax, FaxState.Received, at),
                    new NewEvent((int)FaxEventKind.Received, at), cancel);
            });
    }

    /// <summary>The newest faxes of the first tenant that have pages.</summary>
    public async Task<List<Guid>> NewestAsync(CancellationToken cancellation) =>
        [.. (await _installation.Store.Faxes.ListAsync(
            new FaxList(_routes[0].Route.Tenant, FaxList.LimitMax, State: FaxState.Received), cancellation))
            .Where(fax => fax.PagesStored > 0).Select(fax => fax.FaxId)];

    /// <summary>So many calls at once, one after another each, for so long; faxes that were received.</summary>
    public async Task<int> ReceiveAsync(int calls, TimeSpan span, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, calls).Select(call => Task.Run(async () =>
        {
            int count = 0;
            while (Stopwatch.GetElapsedTime(start) < span)
            {
                await ReceiveAsync(_routes[call % _routes.Count].Route, call, cancellation);
                count++;
            }
            return count;
        }, cancellation)));
        _received += counts.Sum();
        return counts.Sum();
    }

    /// <summary>Every fax is there, whole; and the newest of each tenant hold what their records say.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        int there = 0;
        foreach (Guid tenant in _routes.Select(route => route.Route.Tenant))
        {
            FaxCursor? after = null;
            List<FaxRecord> faxes;
            do
            {
                faxes = await _context.Store.Faxes.ListAsync(
                    new FaxList(tenant, FaxList.LimitMax, after, State: FaxState.Received), cancellation);
                there += faxes.Count(fax => fax.PagesStored == _pages.Length && fax.PagesConfirmed == _pages.Length);
                await CheckAsync(after is null ? faxes.Take(10) : [], cancellation);
                after = faxes.Count == 0 ? after : new FaxCursor(faxes[^1].BegunAt, faxes[^1].FaxId);
            }
            while (faxes.Count == FaxList.LimitMax);
        }
        if (there != _received)
        {
            throw new InvalidOperationException($"{_received} faxes were received, {there} are there");
        }
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private async Task CheckAsync(IEnumerable<FaxRecord> faxes, CancellationToken cancellation)
    {
        foreach (FaxRecord fax in faxes)
        {
            foreach (PageRecord page in await _context.Store.Pages.ListAsync(fax.TenantId, fax.FaxId, cancellation))
            {
                PageFault? fault = await PageTable.CompareAsync(page, async (record, cancel) =>
                    await _context.Blobs.GetAsync(PageBlob.Of(record.TenantId, record.BlobId), cancel) is { } bytes
                        ? new MemoryStream(bytes) : null, cancellation);
                if (fault is not null)
                {
                    throw new InvalidOperationException($"page {page.Number} of {fax.FaxId}: {fault}");
                }
            }
        }
    }

    private async Task ReceiveAsync(NumberRoute route, int call, CancellationToken cancellation)
    {
        DateTimeOffset now = _context.Time.GetUtcNow();
        InboundFax fax = new(_context, route, new InboundCaller("bench", $"+1666{call:D7}", $"{Guid.NewGuid()}", now));
        foreach (ArrivedPage page in _pages)
        {
            if (!await fax.KeepAsync(page, cancellation))
            {
                throw new InvalidOperationException("a page was refused");
            }
        }
        await fax.EndAsync(Report(now), cancellation);
    }

    private CallReport Report(DateTimeOffset startedAt) => new()
    {
        Outcome = CallOutcome.Completed,
        Reason = "",
        Clause = "",
        IsOutgoing = false,
        Trunk = "bench",
        CallId = "",
        LocalNumber = "",
        RemoteNumber = "",
        StartedAt = startedAt,
        Duration = TimeSpan.FromMinutes(2),
        T30 = new T30Result
        {
            EndReason = T30EndReason.Completed,
            PagesReceived = _pages.Length,
            RemoteStationId = "BENCH 555 0100",
        },
    };
}
