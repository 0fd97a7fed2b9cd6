// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony.Calls;

/// <summary>What one call is for: the host's wishes, whichever side placed it.</summary>
internal sealed record CallPlan
{
    public required bool IsOutgoing { get; init; }

    public required TrunkSettings Trunk { get; init; }

    public required T30Settings T30 { get; init; }

    public required string LocalNumber { get; init; }

    public required string RemoteNumber { get; init; }

    public IOutgoingPages? Pages { get; init; }

    public IPageSink? Sink { get; init; }

    public IT30Observer? T30Observer { get; init; }

    public IT38Observer? T38Observer { get; init; }

    public Action<CallProgress>? OnProgress { get; init; }

    public Action<CallReport>? OnReceived { get; init; }

    public Action<CallReport>? OnEnded { get; init; }

    public T30Role Role => IsOutgoing ? T30Role.Calling : T30Role.Called;
}
