// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;

namespace Hermetic.Server.Features.Uploads;

/// <summary>What is known of an upload that is whole.</summary>
/// <param name="Account">Whose it is: nobody else sees it.</param>
/// <param name="Pages">How many pages it has.</param>
/// <param name="Notes">What a person should know before they go out.</param>
internal sealed record UploadManifest(Guid Account, int Pages, IReadOnlyList<DocumentNote> Notes);
