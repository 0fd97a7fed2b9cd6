// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Handling;

/// <summary>Notes on received faxes, over HTTP. They are written behind each other; an author can strike his own out,
/// and nobody takes one away.</summary>
internal sealed class NoteEndpoints(
    FaxStore store, FaxReader reader, FaxDoor door, FaxHandlings handlings, HandlingVault vault, IdempotencyKeys keys,
    TimeProvider time)
{
    private const string Tag = "Handling";

    /// <summary>Our limit: a paragraph or two.</summary>
    private const int TextCharsMax = 4000;

    /// <summary>Our limit: all of a fax are read at once.</summary>
    private const int NotesMax = 200;

    // Our limit: others who write on the same fax at the same moment.
    private const int TriesMax = 10;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/faxes/{id:guid}/notes", ListAsync)
            .RequireScope(Scopes.FaxesRead).WithName("listNotes").WithTags(Tag)
            .WithSummary("The notes on a fax, oldest first")
            .WithDescription("They are about a patient: written into the ledger as one disclosure of this fax's notes, "
                + "if there are any.");
        api.MapPost("/faxes/{id:guid}/notes", WriteAsync).WithIdempotency(keys)
            .RequireScope(Scopes.FaxesHandle).WithName("writeNote").WithTags(Tag)
            .WithSummary("Writes a note on a received fax");
        api.MapPost("/faxes/{id:guid}/notes/{number:int}/strike", StrikeAsync)
            .RequireScope(Scopes.FaxesHandle).WithName("strikeNote").WithTags(Tag)
            .WithSummary("Strikes one's own note out")
            .WithDescription("It stays, and says when it was struck out.");
    }

    private async Task<Ok<NoteListView>> ListAsync(
        HttpContext http, Guid id, [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        EntryReason asked = Purposes.Of(query);
        query.Finish();
        (FaxRecord fax, EntryReason why) =
            await door.RequireAsync(caller, id, asked, http.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<ShownNote> notes = await reader.OpenNotesAsync(
            caller.Actor, why, caller.OwnTenant, fax.FaxId, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new NoteListView([.. notes.Select(NoteView.Of)]));
    }

    private async Task<Created<NoteView>> WriteAsync(HttpContext http, Guid id, NoteBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        FaxRecord fax = await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false);
        string text = (body.Text ?? "").ReplaceLineEndings("\n").Trim();
        if (text.Length is 0 or > TextCharsMax || !LabelText.IsText(text))
        {
            throw ProblemException.Field("text", string.Create(CultureInfo.InvariantCulture,
                $"takes 1 to {TextCharsMax} characters"));
        }

        FaxHandlings.RequireReceived(fax);
        await handlings.TellAsync(caller, "note.write", [id], http.RequestAborted).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            int number = fax.NotesWritten + 1;
            DateTimeOffset now = time.GetStoredNow();
            NoteRecord note = new(fax.TenantId, fax.FaxId, number, caller.Account, now, fax.KeyEpoch,
                vault.Note(fax, number, text));
            ChangeResult result = await store.Notes.AddAsync(note, NotesMax, handlings.Told(), http.RequestAborted)
                .ConfigureAwait(false);
            if (result == ChangeResult.Changed)
            {
                return TypedResults.Created($"{ApiEndpoints.Prefix}/faxes/{id}/notes",
                    NoteView.Of(new ShownNote(note, text, FieldState.Shown)));
            }

            if (result != ChangeResult.Stale || attempt == TriesMax)
            {
                throw result == ChangeResult.Full
                    ? ProblemException.Field("text", $"there may be at most {NotesMax} notes on a fax")
                    : new ProblemException(result == ChangeResult.Stale ? ProblemCode.Stale : ProblemCode.NotFound);
            }

            fax = await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task<NoContent> StrikeAsync(HttpContext http, Guid id, int number)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        await FaxEndpoints.RequireAsync(store, caller, id, http.RequestAborted).ConfigureAwait(false);
        List<NoteRecord> notes = await store.Notes.ListAsync(caller.OwnTenant, id, http.RequestAborted)
            .ConfigureAwait(false);
        NoteRecord note = notes.Find(one => one.Number == number)
            ?? throw new ProblemException(ProblemCode.NotFound);
        if (note.AccountId != caller.Account)
        {
            throw new ProblemException(ProblemCode.NotAllowed, "Only who wrote a note strikes it out.");
        }

        if (note.StruckAt is null)
        {
            await handlings.TellAsync(caller, string.Create(CultureInfo.InvariantCulture, $"note.strike {number}"),
                [id], http.RequestAborted).ConfigureAwait(false);
            await store.Notes.StrikeAsync(caller.OwnTenant, id, number, caller.Account, time.GetUtcNow(),
                handlings.Told(), http.RequestAborted).ConfigureAwait(false);
        }

        return TypedResults.NoContent();
    }
}
