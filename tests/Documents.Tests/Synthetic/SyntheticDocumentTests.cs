// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Synthetic;

namespace Hermetic.Documents.Tests.Synthetic;

public sealed class SyntheticDocumentTests
{
    [Theory]
    [InlineData(SyntheticKind.Referral, 1)]
    [InlineData(SyntheticKind.Prescription, 2)]
    [InlineData(SyntheticKind.LabReport, 1)]
    [InlineData(SyntheticKind.PriorAuthorization, 1)]
    public async Task Document_OfEachKind_BecomesFaxPages_OfItsOwn(SyntheticKind kind, int pages)
    {
        FaxDocument one = await OpenAsync(kind, 7);
        FaxDocument again = await OpenAsync(kind, 7);
        FaxDocument other = await OpenAsync(kind, 8);
        Assert.Equal((pages, pages), (one.Count, other.Count));
        Assert.All(Enumerable.Range(0, pages), i => Assert.True(one.Pages[i].HasSameRows(again.Pages[i])));
        Assert.False(one.Pages[0].HasSameRows(other.Pages[0]));
    }

    /// <summary>As many as a day of the demo needs.</summary>
    [Fact]
    public void Patients_OfNeighbouringSeeds_AreOthers()
    {
        SyntheticPatient[] patients = [.. Enumerable.Range(0, 132).Select(SyntheticPatient.Of)];
        Assert.Equal(132, patients.Select(one => one.Name).Distinct().Count());
        Assert.Equal(132, patients.Select(one => one.Record).Distinct().Count());
        Assert.All(patients, one => Assert.Matches("^\\(555\\) 555-01[0-9]{2}$", one.Telephone));
        Assert.Equal(SyntheticPatient.Of(5), SyntheticPatient.Of(5));
    }

    private static async Task<FaxDocument> OpenAsync(SyntheticKind kind, int seed)
    {
        (SyntheticDocument? document, Refusal? refusal) = SyntheticDocument.Make(kind, seed);
        Assert.Null(refusal);
        DocumentOutcome outcome = await FaxDocument.OpenAsync([document!.Pdf],
            new DocumentOptions { Sandbox = new(TimeProvider.System) }, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Refusal);
        return outcome.Document!;
    }
}
