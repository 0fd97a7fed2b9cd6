// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Features;

/// <summary>How the sealed bytes of pages are named: by an id of their own, which the page's record holds.</summary>
internal static class PageBlob
{
    public const string Part = "page";

    public static BlobName Of(Guid tenant, Guid blob) => new(tenant, blob, Part);
}
