// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>The ladder of fallbacks: where the machines began to talk and it went wrong, the next try asks for less.
/// What a number needs is remembered, and forgotten again, since lines and machines are repaired.</summary>
internal static class Ladder
{
    /// <summary>How many rungs there are.</summary>
    public const int Count = 4;

    /// <summary>Our choice: after a month the fast way is tried once more. It costs one failed call if nothing was
    /// mended.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>The terms of a rung.</summary>
    /// <remarks>Without V.17 a call goes at 9,600 by V.29; "9,600" therefore lets V.17 in again, whose trellis code
    /// holds at that rate where V.29 does not. The last rung turns error correction round, and is slow too.</remarks>
    public static T30Settings Apply(int rung, T30Settings settings) => rung switch
    {
        0 => settings,
        1 => settings with { Modems = settings.Modems & ~FaxModems.V17 },
        2 => settings with { RateMax = Math.Min(settings.RateMax, 9600) },
        _ => settings with
        {
            Ecm = !settings.Ecm,
            Modems = settings.Modems & ~FaxModems.V17,
            RateMax = Math.Min(settings.RateMax, 9600),
        },
    };

    /// <summary>The rung of the next try.</summary>
    /// <param name="last">The last try of this fax that counts; null for the first.</param>
    /// <param name="known">What is known of the number.</param>
    /// <param name="now">The time now.</param>
    public static int RungOf(AttemptRecord? last, DestinationRecord? known, DateTimeOffset now) => last switch
    {
        null => Remembered(known, now),
        { End: { } end } when RetryRules.Of((RetryCause)end.Cause).Descends => Math.Min(last.Begun.Rung + 1, Count - 1),
        _ => last.Begun.Rung,
    };

    /// <summary>What a fax that went through teaches; since when it is known stays, so that it is forgotten in the
    /// end.</summary>
    public static (int Rung, DateTimeOffset? LearnedAt) Learn(int rung, DestinationRecord? known, DateTimeOffset now) =>
        rung == 0 ? (0, null)
        : known is not null && Remembered(known, now) == rung ? (rung, known.RungLearnedAt)
        : (rung, now);

    private static int Remembered(DestinationRecord? known, DateTimeOffset now) =>
        // A clock that was set back must not keep it for longer.
        known?.RungLearnedAt is { } since && (now - since).Duration() < Memory
            ? Math.Clamp(known.Rung, 0, Count - 1) : 0;
}
