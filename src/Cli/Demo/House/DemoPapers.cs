// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Documents;
using Hermetic.Documents.Synthetic;

namespace Hermetic.Cli.Demo.House;

/// <summary>The documents that were made so far, each about another synthetic person: what must not be found on the
/// disk.</summary>
internal sealed class DemoPapers(TimeProvider time)
{
    private readonly ConcurrentBag<(SyntheticDocument Document, FaxDocument Pages)> _drawn = [];
    private int _seed;

    public IReadOnlyCollection<(SyntheticDocument Document, FaxDocument Pages)> Drawn => _drawn;

    /// <summary>Draws the next one, and makes fax pages of it in the sandbox.</summary>
    /// <exception cref="DemoException">The machine lacks the fonts or the sandbox.</exception>
    public async Task<(SyntheticDocument Document, FaxDocument Pages)> DrawAsync(
        SyntheticKind kind, CancellationToken cancellation)
    {
        (SyntheticDocument? document, Refusal? refusal) =
            SyntheticDocument.Make(kind, Interlocked.Increment(ref _seed));
        DocumentOutcome outcome = document is null ? new(null, refusal)
            : await FaxDocument.OpenAsync([document.Pdf], new DocumentOptions { Sandbox = new(time) }, cancellation);
        if (outcome.Document is not { } pages)
        {
            throw new DemoException($"{outcome.Refusal}");
        }

        _drawn.Add((document!, pages));
        return (document!, pages);
    }
}
