// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>Where a decoder stands in its page.</summary>
public enum FaxDecoderState
{
    /// <summary>Rows are awaited.</summary>
    Decoding,
    /// <summary>RTC (T.4 §4.1.4) or EOFB (T.6 §2.4.1.1) came. What follows is ignored.</summary>
    EndOfPage,
    /// <summary>MMR only: a code was bad, and nothing after it can be trusted. What follows is ignored.</summary>
    Broken,
    /// <summary><see cref="FaxDecoderLimits.RowsPerPageMax"/> rows are out. What follows is ignored.</summary>
    RowLimit,
}

/// <summary>Why a row was bad.</summary>
public enum FaxRowFault
{
    None,
    /// <summary>No code of T.4 or T.6 begins with these bits, or its position can't be.</summary>
    BadCode,
    /// <summary>The runs go past the end of the row.</summary>
    Overrun,
    /// <summary>The row ends (EOL, or the end of the data) before its runs reach the width.</summary>
    ShortRow,
    /// <summary>The runs reach the width, but no EOL follows.</summary>
    MissingEol,
    /// <summary>A two-dimensional row (MR) whose reference row was bad.</summary>
    NoReference,
    /// <summary>Octets were lost on the way.</summary>
    Loss,
    /// <summary>An extension code, such as uncompressed mode (T.6 §2.3): never negotiated by us, refused.</summary>
    ExtensionRefused,
}
