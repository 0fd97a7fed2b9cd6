// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>Takes a decoder's rows.</summary>
public interface IRowOutput
{
    /// <summary>One packed row, the leftmost pel in the most significant bit, black as 1; valid only during the
    /// call.</summary>
    void WriteRow(ReadOnlySpan<byte> row);
}
