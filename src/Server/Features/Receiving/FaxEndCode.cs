// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Server.Features.Receiving;

/// <summary>Why a fax ended as it did, as a number in its record. Ends that T.30 knows have T.30's own number; others
/// have numbers above. Stored: never renumber.</summary>
internal static class FaxEndCode
{
    /// <summary>The call ended before T.30 could say why.</summary>
    public const int NoFax = 1000;

    /// <summary>This server stopped or was killed during the call.</summary>
    public const int ServerStopped = 1001;

    /// <summary>Of a fax that went out, or did not: this and the number of the
    /// <see cref="Features.Sending.RetryCause"/>.</summary>
    public const int Sending = 2000;

    /// <summary>How a call ended. Nothing ends a call of its own will here but this server, when it stops.</summary>
    public static int Of(T30Result? result) => result?.EndReason switch
    {
        null => NoFax,
        T30EndReason.Aborted => ServerStopped,
        { } reason => (int)reason,
    };
}
