// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.TestKit.Disk;

namespace Hermetic.Server.Tests.Sending;

/// <summary>An installation in simulated time, with processes that send out of one queue.</summary>
internal sealed class SendingWorld : IAsyncDisposable
{
    /// <summary>A step of simulated time: shorter than whatever is timed.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly MemoryFolder _memory;
    private readonly TestFolder _folder;
    private readonly Installation _installation;
    private readonly List<FaxStore> _stores = [];

    private SendingWorld(MemoryFolder memory, TestFolder folder, Installation installation, NumberRoute route)
    {
        (_memory, _folder, _installation, Route) = (memory, folder, installation, route);
        Main = new SkewedTime(DateTimeOffset.UtcNow);
    }

    public NumberRoute Route { get; }

    public Installation Installation => _installation;

    public Network Network { get; } = new();

    /// <summary>True time.</summary>
    public SkewedTime Main { get; }

    public List<Process> Processes { get; } = [];

    public FaxStore Store => Processes[0].Context.Store;

    public Outbox Outbox => Processes[0].Outbox;

    /// <summary>Opens one; <paramref name="store"/> is a section of the configuration.</summary>
    public static async Task<SendingWorld> OpenAsync(string store = "")
    {
        MemoryFolder memory = new();
        TestFolder folder = new(store, memory.Path);
        Installation installation = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        return new SendingWorld(memory, folder, installation, await Arrivals.RouteAsync(installation));
    }

    /// <summary>Starts a process, on a store of its own if there may be several.</summary>
    public async Task<Process> StartAsync(SendingLimits limits, params (string Name, int CallsMax)[] trunks)
    {
        FaxStore store = _installation.Store;
        if (!store.IsSoleWriter)
        {
            store = await InstallationParts.OpenStoreAsync(_folder.Settings, default);
            _stores.Add(store);
        }

        SkewedTime time = new(Main.GetUtcNow() - Main.Skew);
        SendingContext context = _installation.ForSending(_folder.Settings.Line) with
        {
            Store = store,
            Reader = new FaxReader(
                _installation.Journal, _installation.Keys, _installation.Blobs, store, TimeProvider.System),
            Time = time,
            IsAlone = false,
            Limits = limits,
            Trunks = [.. trunks.Select(trunk =>
                new SendingTrunk(ReceivingContext.TrunkId(trunk.Name), trunk.Name, trunk.CallsMax))],
            OnFault = (_, fault) => Faults.Add(fault),
        };
        Process process = new(context, new ScriptedLine(Network, Main), time);
        Processes.Add(process);
        return process;
    }

    public System.Collections.Concurrent.ConcurrentBag<Exception> Faults { get; } = [];

    /// <summary>Submits a fax of numbered pages.</summary>
    public Task<SubmittedSending> SubmitAsync(int fax, string number, int pages = 1, SendingTerms? terms = null) =>
        Outbox.SubmitAsync(new SubmitFax
        {
            TenantId = Route.Tenant,
            LineId = Route.Line,
            Number = number,
            Pages = NumberedPages.AllOf(fax, pages),
            IdempotencyKey = $"fax {fax}",
            Terms = terms ?? new SendingTerms { NumberGivenTwice = true },
        }, TestContext.Current.CancellationToken);

    /// <summary>One step: calls that are due end, each process looks at the queue, time goes on.</summary>
    public async Task StepAsync()
    {
        await Network.AdvanceAsync(Main.GetElapsedTime(0));
        await SettleAsync();
        foreach (Process process in Processes.Where(process => process.IsAlive))
        {
            await process.Dispatcher.PassAsync(TestContext.Current.CancellationToken);
        }

        await SettleAsync();
        Main.Advance(Step);
        foreach (Process process in Processes)
        {
            process.Time.Advance(Step);
        }
    }

    /// <summary>Steps until it holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, int stepsMax)
    {
        for (int i = 0; i < stepsMax; i++)
        {
            if (await holds())
            {
                return;
            }

            await StepAsync();
        }

        Assert.Fail($"it does not come to its end; breaches: {string.Join("; ", Network.Breaches)}; faults: "
            + string.Join("; ", Faults.Select(fault => fault.ToString()).Take(3)));
    }

    public async Task<OutboxFax> FindAsync(Guid fax) =>
        (await Outbox.FindAsync(Route.Tenant, fax, TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in Processes.Where(process => process.IsAlive))
        {
            await process.Dispatcher.DisposeAsync();
        }

        foreach (FaxStore store in _stores)
        {
            await store.DisposeAsync();
        }

        await _installation.DisposeAsync();
        _folder.Dispose();
        Directory.CreateDirectory(_memory.Path);
        _memory.Dispose();
    }

    // Whatever a process does between calls is done when each of its leases is inside of a call.
    private async Task SettleAsync()
    {
        while (Processes.Where(process => process.IsAlive).Sum(process => process.Dispatcher.Calls.Count)
            != Network.Active)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A process that sends.</summary>
    internal sealed class Process(SendingContext context, ScriptedLine line, SkewedTime time)
    {
        public SendingContext Context => context;

        public SkewedTime Time => time;

        public Dispatcher Dispatcher { get; } = new(context, line);

        public Outbox Outbox => field ??= new Outbox(context, Dispatcher);

        public bool IsAlive { get; private set; } = true;

        /// <summary>Stopped in an orderly way.</summary>
        public async Task StopAsync()
        {
            IsAlive = false;
            await Dispatcher.DisposeAsync();
        }

        /// <summary>Gone, in the middle of whatever it does.</summary>
        public void Die()
        {
            IsAlive = false;
            line.Die();
        }
    }
}
