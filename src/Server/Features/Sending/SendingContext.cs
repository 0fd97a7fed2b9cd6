// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>What sending needs of the desk: the way to private keys, since what goes out has to be opened.</summary>
internal sealed record SendingContext(
    KeyStore Keys, Sealer Sealer, IBlobStore Blobs, FaxStore Store, FaxReader Reader, TimeProvider Time)
{
    /// <summary>The limits.</summary>
    public SendingLimits Limits { get; init; } = new();

    /// <summary>The trunks in the order in which they are tried.</summary>
    public IReadOnlyList<SendingTrunk> Trunks { get; init; } = [];

    /// <summary>The zone in which a practice reads its clock, where a site says no other; null for the
    /// machine's.</summary>
    public Func<Guid, TimeZoneInfo?> ZoneOf { get; init; } = static _ => null;

    /// <summary>Lines whose faxes go to the sandbox and to no trunk.</summary>
    public IReadOnlySet<Guid> SandboxLines { get; init; } = FrozenSet<Guid>.Empty;

    /// <summary>True if no other process can hold a lease: what another owner holds is left over from one that is
    /// dead.</summary>
    public bool IsAlone { get; init; }

    /// <summary>True for a line of the sandbox.</summary>
    public bool IsSandbox(Guid? line) => line is { } id && SandboxLines.Contains(id);

    /// <summary>The trunks that a fax may go by, in the order in which they are tried: the one that it was given,
    /// whether it is still set up or not, else all.</summary>
    public IReadOnlyList<Guid> TrunksOf(SendingRecord sending) =>
        sending is { TrunkFixed: true, TrunkId: { } only } ? [only] : [.. Trunks.Select(trunk => trunk.Id)];

    /// <summary>True if a trunk is set up by which a fax may go; what is the sandbox's needs none.</summary>
    public bool HasWay(Guid? line, SendingRecord sending) =>
        IsSandbox(line) || TrunksOf(sending).Any(id => Trunks.Any(trunk => trunk.Id == id));

    /// <summary>What a tenant may use; null for as much as it likes.</summary>
    public Func<Guid, UsageLimits?> UsageLimitsOf { get; init; } = static _ => null;

    /// <summary>Told of each step, on whatever thread takes it. Tests end the process here.</summary>
    public Action<SendingStep> Reached { get; init; } = static _ => { };

    /// <summary>Told of a fault that cost a try or delayed a fax.</summary>
    public Action<Guid, Exception> OnFault { get; init; } = static (_, _) => { };
}

/// <summary>A way out.</summary>
/// <param name="Id">Its id in the store, the same as long as its name is.</param>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="CallsMax">Calls at once, of all processes together.</param>
internal sealed record SendingTrunk(Guid Id, string Name, int CallsMax)
{
    /// <summary>The trunk of the configuration.</summary>
    public static SendingTrunk Of(TrunkSettings trunk) =>
        new(ReceivingContext.TrunkId(trunk.Name), trunk.Name, trunk.Limits.CallsMax);
}

/// <summary>Where calls are placed: the seam between the queue and the telephone network.</summary>
internal interface ISendingLine
{
    /// <summary>As <see cref="FaxEndpoint.SendAsync"/>.</summary>
    Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation);
}

/// <summary>The line itself.</summary>
internal sealed class EndpointLine(FaxEndpoint endpoint) : ISendingLine
{
    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation) =>
        endpoint.SendAsync(fax, cancellation);
}

/// <summary>The limits of sending; all are ours.</summary>
internal sealed record SendingLimits
{
    /// <summary>Calls that one tenant may have at once, of all processes together. Our default: a clinic's broadcast
    /// leaves lines to the others.</summary>
    public int CallsPerTenantMax { get; init; } = 8;

    /// <summary>Calls that this process places at once. Our default: as many as the line takes both ways.</summary>
    public int CallsMax { get; init; } = 600;

    /// <summary>How often the queue is looked at. Our choice: a fax that is submitted elsewhere waits a second at
    /// most.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a lease is counted up, and a wish to cancel is heard from another process.
    /// Our choice: a clerk who cancels waits no longer than that.</summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Who can't count up for so long hangs up. Our choice: well before others take over, with time for DCN
    /// and BYE.</summary>
    public TimeSpan OwnStillMax { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A lease that stands still for so long, by the clock of who looks, is taken over. Our choice: a restart
    /// goes on within a minute.</summary>
    public TimeSpan OthersStillMax { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Until a fax is looked at again that could not be opened, because ledger or storage failed.
    /// Our choice: long enough not to fill a log.</summary>
    public TimeSpan StorageDelay { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The points of sending between which a crash can fall. Tests kill the process at each of them.</summary>
internal enum SendingStep
{
    /// <summary>The lease is durable; nothing else happened.</summary>
    Claimed,

    /// <summary>The pages are opened, behind their entry.</summary>
    PagesOpened,

    /// <summary>The try is durable; no call is placed yet.</summary>
    AttemptBegun,

    /// <summary>The record that a page begins is durable.</summary>
    PageBegun,

    /// <summary>A page's MCF came; that is not written yet.</summary>
    PageAnswered,

    /// <summary>The page's confirmation is durable: it is never sent again.</summary>
    PageConfirmed,

    /// <summary>The call is over; what became of the fax is not written yet.</summary>
    CallEnded,

    /// <summary>What became of the fax is durable.</summary>
    AttemptEnded,
}
