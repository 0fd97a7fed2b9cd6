// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Trunks;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Hosting;

/// <summary>A running server: everything of an installation opened, what a crash cut off recovered, the line listening,
/// the ledger served. Starting either succeeds whole or opens nothing.</summary>
public sealed partial class HermeticServer : IAsyncDisposable
{
    /// <summary>Our choice: how often the keys of the coming month are looked after.</summary>
    private static readonly TimeSpan EpochCheckInterval = TimeSpan.FromHours(1);

    private readonly ILogger<HermeticServer> _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _background = [];
    private Installation? _installation;
    private WebHost? _web;
    private FaxEndpoint? _line;
    private Reception? _reception;
    private StorageGate? _storage;
    private Dispatcher? _sending;
    private Outbox? _outbox;
    private SandboxNetwork? _sandbox;
    private ISendingLine? _trunkLine;

    private HermeticServer(ILoggerFactory logs) => _log = logs.CreateLogger<HermeticServer>();

    /// <summary>Where SIP is taken; with the true ports where 0 was asked for.</summary>
    public IReadOnlyList<SipListener> Listening => _line?.Listening ?? [];

    /// <summary>Where HTTP is served.</summary>
    public IReadOnlyList<string> HttpAddresses => _web?.Addresses ?? [];

    /// <summary>What the operator has to be told once; null if this is not the first run.</summary>
    public string? FirstRunNotice => _installation?.FirstRunNotice;

    /// <summary>The one-time code by which the first operator enrols; null once somebody has.</summary>
    public string? EnrolmentCode { get; private set; }

    /// <summary>What the file asks for of listeners and trunks and is not in force, in plain words.</summary>
    public IReadOnlyList<string> SettingsWaiting => _installation?.Asked.Differences ?? [];

    /// <summary>The ledger's verifier key, for whoever checks it.</summary>
    public string LedgerKey => _installation?.LedgerKey ?? "";

    internal Installation Installation =>
        _installation ?? throw new InvalidOperationException("the server has not started");

    internal WebHost Web => _web ?? throw new InvalidOperationException("the server has not started");

    internal Reception Reception => _reception ?? throw new InvalidOperationException("the server has not started");

    /// <summary>The door to sending.</summary>
    internal Outbox Outbox => _outbox ?? throw new InvalidOperationException("the server has not started");

    /// <summary>Starts a server.</summary>
    /// <param name="settings">What the operator says.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where it logs; no PHI goes there.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="InstallationException">A part is missing or does not fit; the message says which.</exception>
    public static Task<HermeticServer> StartAsync(
        ServerSettings settings, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation) =>
        StartAsync(settings, time, logs, null, null, cancellation);

    internal static async Task<HermeticServer> StartAsync(
        ServerSettings settings, TimeProvider time, ILoggerFactory logs, Action<ReceivingStep>? reached,
        Func<FaxEndpointSettings, FaxEndpointSettings>? change, CancellationToken cancellation,
        Action<IServiceCollection>? more = null)
    {
        HermeticServer server = new(logs);
        try
        {
            await server.OpenAsync(settings, time, logs, reached, change, more, cancellation).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reception?.Close("the server stops");
        if (_sending is not null)
        {
            await _sending.DisposeAsync().ConfigureAwait(false);
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync().ConfigureAwait(false);
        }

        if (_line is not null)
        {
            await _line.DisposeAsync().ConfigureAwait(false);
        }

        if (_reception is not null)
        {
            await _reception.DrainAsync().ConfigureAwait(false);
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync().ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_background).ConfigureAwait(false);
        if (_web is not null)
        {
            await _web.DisposeAsync().ConfigureAwait(false);
        }

        if (_installation is not null)
        {
            await _installation.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task OpenAsync(
        ServerSettings settings, TimeProvider time, ILoggerFactory logs, Action<ReceivingStep>? reached,
        Func<FaxEndpointSettings, FaxEndpointSettings>? change, Action<IServiceCollection>? more,
        CancellationToken cancellation)
    {
        _installation = await Installation.OpenAsync(settings, time, cancellation).ConfigureAwait(false);
        settings = await _installation.EnforceApprovedAsync(cancellation).ConfigureAwait(false);
        if (SettingsWaiting.Count > 0)
        {
            LogSettings(SettingsWaiting.Count);
        }

        Provisioning provisioning = new(_installation);
        IReadOnlyList<(byte[] Tag, NumberRoute Route)> found =
            await provisioning.RunAsync(cancellation).ConfigureAwait(false);
        ReceivingContext context = _installation.ForLine(reached);
        await RecoverAsync(context, cancellation).ConfigureAwait(false);
        await _installation.Quotas.RecountAsync(cancellation).ConfigureAwait(false);
        NumberRoutes routes = new(context.Keys.Routing);
        routes.Replace(found);
        List<Guid> tenants = await context.Store.Tenants.IdsAsync(cancellation).ConfigureAwait(false);
        StorageProbe probe = new(context, tenants.FirstOrDefault());
        _storage = new StorageGate(probe.RunAsync, () => _installation.Ledger.Refusal, time,
            logs.CreateLogger<StorageGate>());
        _reception = new Reception(context, routes, _storage, settings.Line.StationId, logs.CreateLogger<Reception>());
        EnrolmentCode = await FirstOperator.InviteAsync(_installation, cancellation).ConfigureAwait(false);
        HoldUntilEnrolled();
        _web = await WebHost.StartAsync(_installation, _reception, logs, cancellation, services =>
        {
            services.AddSingleton<OutboxDoor>(() => _outbox ?? throw new ProblemException(ProblemCode.Unavailable));
            services.AddSingleton<TrunkLineDoor>(
                () => _trunkLine ?? throw new ProblemException(ProblemCode.Unavailable));
            more?.Invoke(services);
        }).ConfigureAwait(false);
        FaxEndpointSettings line = LineOf(settings.Line, _reception, _web.Trunks);
        _line = await FaxEndpoint.StartAsync(change?.Invoke(line) ?? line, time, cancellation: cancellation)
            .ConfigureAwait(false);
        await StartSendingAsync(settings, cancellation).ConfigureAwait(false);
        _background.Add(Task.Run(() => LookAfterEpochsAsync(provisioning, time), CancellationToken.None));
        _background.Add(Task.Run(() => _web.Routes.RunAsync(_stopping.Token), CancellationToken.None));
        _background.Add(Task.Run(() => _web.Webhooks.RunAsync(_stopping.Token), CancellationToken.None));
        _background.Add(Task.Run(() => _web.Erasure.RunAsync(_stopping.Token), CancellationToken.None));
        if (settings.Erase == EraseBy.Automatic)
        {
            _background.Add(Task.Run(() => _web.Erasing.RunAsync(_stopping.Token), CancellationToken.None));
        }

        UploadSweep uploads = new(
            _installation.Uploads, _installation.Store, time, logs.CreateLogger<UploadSweep>());
        _background.Add(Task.Run(() => uploads.RunAsync(_stopping.Token), CancellationToken.None));
        _background.AddRange(Witnesses.Start(_installation, logs, _stopping.Token));
    }

    // Before somebody answers for the installation nothing works, calls among it.
    private void HoldUntilEnrolled()
    {
        if (EnrolmentCode is not null)
        {
            Reception.Hold("nobody has enrolled as the installation's operator");
            _background.Add(Task.Run(ReleaseAsync, CancellationToken.None));
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await FirstOperator.WaitAsync(Installation, _stopping.Token).ConfigureAwait(false);
            Reception.Release();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task StartSendingAsync(ServerSettings settings, CancellationToken cancellation)
    {
        _sandbox = SandboxNetwork.IsWanted(settings)
            ? await SandboxNetwork.StartAsync(
                Installation.Time, fault => LogFault(fault.GetType().Name), cancellation).ConfigureAwait(false)
            : null;
        SendingContext context = Installation.ForSending(settings.Line) with
        {
            OnFault = (fax, fault) => LogSending(fax, Reception.Words(fault)),
        };
        ISendingLine line = _trunkLine = _web!.Trunks.Count(new EndpointLine(_line!));
        _sending = new Dispatcher(context, _sandbox is null ? line : new SplitLine(line, _sandbox));
        _outbox = new Outbox(context, _sending);
        _sending.Start();
        _background.Add(Task.Run(
            () => Installation.ForReceipts(_log).RunAsync(_stopping.Token), CancellationToken.None));
    }

    private async Task RecoverAsync(ReceivingContext context, CancellationToken cancellation)
    {
        Recovery recovery = new(context);
        Guid[] tenants = [.. await context.Store.Tenants.IdsAsync(cancellation).ConfigureAwait(false)];
        int cut = await recovery.EndCutFaxesAsync(tenants, cancellation).ConfigureAwait(false);
        if (cut > 0)
        {
            LogRecovered(cut);
        }

        DateTimeOffset start = context.Time.GetUtcNow();
        _background.Add(Task.Run(() => SweepAsync(recovery, tenants, start), CancellationToken.None));
    }

    private async Task SweepAsync(Recovery recovery, Guid[] tenants, DateTimeOffset start)
    {
        try
        {
            int orphans = await recovery.SweepOrphansAsync(tenants, start, _stopping.Token).ConfigureAwait(false);
            if (orphans > 0)
            {
                LogSwept(orphans);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The next start sweeps what is left.
        }
    }

    private FaxEndpointSettings LineOf(LineSettings line, Reception reception, TrunkBoard trunks)
    {
        FaxEndpointSettings settings = new()
        {
            Listeners = line.Sip,
            AdvertisedAddress = line.Advertise,
            MediaPorts = line.MediaPorts,
            Trunks = line.Trunks,
            CallsMax = line.CallsMax,
            OnIncoming = trunks.Count(reception.Decide),
            OnTrunkStatus = trunks.Told,
            OnFault = fault => LogFault(fault.GetType().Name),
        };
        settings = settings with { Allow = [.. settings.Allow, .. line.Allow] };
        return line.CertificateFile.Length == 0 ? settings : settings with
        {
            Tls = new SipTlsSettings { Certificate = X509Certificate2.CreateFromPemFile(line.CertificateFile) },
        };
    }

    private async Task LookAfterEpochsAsync(Provisioning provisioning, TimeProvider time)
    {
        using PeriodicTimer timer = new(EpochCheckInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                await LookAsync(provisioning).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(Provisioning provisioning)
    {
        try
        {
            await provisioning.EnsureEpochsAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is Vault.Keys.VaultKeyException or StoreUnavailableException
            or IOException)
        {
            // The line goes on with the newest keys that there are.
            LogKeys(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Count} faxes were cut off when this server last ended; they are kept as partial")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the configuration file asks for {Count} settings of listeners "
        + "or trunks that nobody has approved: those that were approved stay in force")]
    private partial void LogSettings(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} sealed pages without a record were swept away")]
    private partial void LogSwept(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "a fault of the line's own: {Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sending fax {Fax}: {Reason}")]
    private partial void LogSending(Guid fax, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "the next month's keys could not be made: {Reason}")]
    private partial void LogKeys(string reason);
}
