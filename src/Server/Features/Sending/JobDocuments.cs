// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Uploads;

namespace Hermetic.Server.Features.Sending;

/// <summary>What a job faxes: the pages of one upload or of several, one behind the other.</summary>
/// <param name="Uploads">Each upload with how many pages it has, in their order.</param>
internal sealed record JobDocuments(IReadOnlyList<(Guid Upload, int Pages)> Uploads)
{
    /// <summary>Our limit: a referral with its attachments; each costs a look-up.</summary>
    public const int UploadsMax = 20;

    /// <summary>Our limit: header lines are tried with page numbers of three digits, and one page is left for the
    /// cover.</summary>
    public const int PagesMax = 998;

    /// <summary>The pages of all of them.</summary>
    public int Pages => Uploads.Sum(one => one.Pages);

    /// <summary>Finds the uploads of a job; what is wrong with them is noted.</summary>
    public static async Task<JobDocuments> FindAsync(UploadVault vault, Caller caller, NewJobBody body,
        Dictionary<string, string[]> errors, CancellationToken cancellation)
    {
        const string Takes = "takes the id of an upload of this account that is not over";
        IReadOnlyList<Guid> more = body.MoreUploads ?? [];
        if (more.Count >= UploadsMax || more.Append(body.Upload).Distinct().Count() != more.Count + 1)
        {
            errors["moreUploads"] = [$"takes at most {UploadsMax - 1} other uploads, each of them once"];
            return new JobDocuments([]);
        }

        List<(Guid, int)> found = [];
        foreach (Guid id in more.Prepend(body.Upload))
        {
            if (await vault.FindAsync(caller.OwnTenant, caller.Account, id, cancellation).ConfigureAwait(false)
                is { } upload)
            {
                found.Add((id, upload.Pages));
            }
            else
            {
                errors[found.Count == 0 && id == body.Upload ? "upload" : "moreUploads"] = [Takes];
            }
        }

        JobDocuments documents = new(found);
        if (documents.Pages > PagesMax)
        {
            errors["moreUploads"] = [$"takes so many that all of them have at most {PagesMax} pages"];
        }

        return documents;
    }

    /// <summary>The pages, one after the other.</summary>
    public async IAsyncEnumerable<EncodedPage> ReadAsync(UploadVault vault, Guid tenant,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach ((Guid upload, int pages) in Uploads)
        {
            await foreach (EncodedPage page in vault.PagesAsync(tenant, upload, pages, cancellation)
                .ConfigureAwait(false))
            {
                yield return page;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Uploads.Count} uploads";
}
