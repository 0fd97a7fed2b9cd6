// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Bits;

namespace Hermetic.Protocol.T4;

/// <summary>How rows follow each other in a page: T.4's lines between EOL, or T.6's block.</summary>
internal interface IPageParser
{
    FaxDecoderState State { get; }

    /// <summary>Takes all that the chunk gives. After it no bits are left, or only the start of a code.</summary>
    void Parse(ref BitReader reader, IRowOutput output);

    /// <summary>Octets are missing between what was parsed and what comes; the window is empty.</summary>
    void NoteLoss();

    /// <summary>The data ends here.</summary>
    void Finish(ref BitReader reader, IRowOutput output);

    void Reset();
}
