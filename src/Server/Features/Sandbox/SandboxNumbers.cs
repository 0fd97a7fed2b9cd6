// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Features.Sandbox;

/// <summary>What answers at a number of the sandbox.</summary>
public enum SandboxBehaviour
{
    /// <summary>A machine that takes every page.</summary>
    TakesAll,

    /// <summary>486.</summary>
    Busy,

    /// <summary>480: it rings and nobody is there.</summary>
    NoAnswer,

    /// <summary>Somebody who takes the call and is no fax machine: no identification comes.</summary>
    NotAFax,

    /// <summary>A machine that takes one page a call, and breaks off in the second.</summary>
    OnePageACall,

    /// <summary>A machine that takes every page, and has another station id at each call.</summary>
    OtherStation,

    /// <summary>404.</summary>
    NoSuchNumber,

    /// <summary>503 with Retry-After.</summary>
    Congestion,

    /// <summary>A machine of 2,400 bit/s without error correction.</summary>
    Slow,

    /// <summary>603.</summary>
    Rejected,

    /// <summary>A machine that breaks off in the first page of each call.</summary>
    NoPage,
}

/// <summary>One number of the sandbox.</summary>
/// <param name="Number">As it is dialled.</param>
/// <param name="Behaviour">What answers there.</param>
/// <param name="Words">The same for the API's description.</param>
public sealed record SandboxNumber(string Number, SandboxBehaviour Behaviour, string Words);

/// <summary>The numbers of the sandbox. They are of the block that the North American plan keeps for fiction (555-0100
/// to 555-0199): nothing that is learned of one of them is ever true of somebody's machine. Every other number does not
/// exist there.</summary>
public static class SandboxNumbers
{
    public static IReadOnlyList<SandboxNumber> All { get; } =
    [
        new("+15555550100", SandboxBehaviour.TakesAll, "answers and takes every page: `done`"),
        new("+15555550101", SandboxBehaviour.Busy, "is busy (SIP 486): `busy`, again after 3 minutes, 12 calls"),
        new("+15555550102", SandboxBehaviour.NoAnswer,
            "rings and nobody is there (480): `no-answer`, again after 5 minutes, 12 calls"),
        new("+15555550103", SandboxBehaviour.NotAFax,
            "answers and is no fax machine: `no-carrier` after 35 seconds, again after 5 minutes, 3 calls"),
        new("+15555550104", SandboxBehaviour.OnePageACall,
            "takes one page a call and breaks off in the second: `protocol-failure`, goes on with that page a minute "
            + "later, `done` after as many calls as there are pages"),
        new("+15555550105", SandboxBehaviour.OtherStation,
            "takes every page, with another station id at each call: the first fax is `done`, the next one ends with "
            + "`wrong-station` unless it has `anyStation`"),
        new("+15555550106", SandboxBehaviour.NoSuchNumber, "does not exist (404): `no-such-number`, failed at once"),
        new("+15555550107", SandboxBehaviour.Congestion,
            "is behind a network that is full (503 with Retry-After: 120): `congestion`, again after 2 minutes, "
            + "12 calls"),
        new("+15555550108", SandboxBehaviour.Slow, "takes every page at 2,400 bit/s without error correction: `done`"),
        new("+15555550109", SandboxBehaviour.Rejected, "refuses the call (603): `rejected`, failed at once"),
        new("+15555550110", SandboxBehaviour.NoPage,
            "breaks off in the first page of each call: `protocol-failure`, failed after 4 calls"),
    ];

    private static readonly FrozenDictionary<string, SandboxBehaviour> ByNumber =
        All.ToFrozenDictionary(one => one.Number, one => one.Behaviour);

    /// <summary>What answers at a number.</summary>
    public static SandboxBehaviour Of(string dialled) =>
        ByNumber.GetValueOrDefault(DialledNumber.Normalize(dialled), SandboxBehaviour.NoSuchNumber);
}
