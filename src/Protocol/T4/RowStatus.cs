// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>What became of an attempt to decode on.</summary>
internal enum RowStatus
{
    /// <summary>A code was consumed; there may be more.</summary>
    Going,
    /// <summary>The chunk ends within a code.</summary>
    NeedBits,
    /// <summary>The row's runs reach its width exactly.</summary>
    Complete,
    /// <summary>The row can't be decoded on; the offending code is not consumed.</summary>
    Bad,
}
