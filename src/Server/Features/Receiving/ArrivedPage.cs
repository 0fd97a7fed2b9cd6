// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Server.Features.Receiving;

/// <summary>A page as it came, before it is sealed. Lives in memory only.</summary>
/// <param name="Number">Its place in the fax, from 1.</param>
/// <param name="Page">Its rows.</param>
/// <param name="Quality">What its check found.</param>
internal sealed record ArrivedPage(int Number, EncodedPage Page, PageQuality Quality)
{
    /// <summary>The sender will be told to send it again, or to stop (T.30 §5.3.6.1.7: RTN): it is not confirmed,
    /// and the same place may be filled by a better copy.</summary>
    public bool IsRejected => CopyQuality.Judge(Quality) == CopyVerdict.Rtn;
}
