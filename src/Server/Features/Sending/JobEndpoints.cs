// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Sending;

/// <summary>The outbox of the running server. It is there once the line is.</summary>
/// <exception cref="ProblemException">The line has not started.</exception>
internal delegate Outbox OutboxDoor();

/// <summary>Outgoing faxes over HTTP: a job is one fax to one number. Answers hold no number unless it is asked for, so
/// that they disclose nothing of a fax.</summary>
internal sealed class JobEndpoints(
    FaxStore store, UploadVault uploads, AddressBook.AddressBook book, FaxReader reader, Quotas.Quotas quotas,
    IdempotencyKeys keys)
{
    private const int LimitDefault = 50; // our default: what a screen shows

    private const string NumbersDescription =
        "Show the numbers too: written into the ledger as one disclosure of every fax that is shown. "
        + "Takes the scope faxes.read too.";

    /// <summary>Our limit: each job of a list costs two look-ups.</summary>
    private const int LimitMax = 200;

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapPost("/jobs", MakeAsync).WithIdempotency(keys), "createJob",
            "Sends an upload, or several, as one fax")
            .WithDescription("It is queued, called, and tried again by cause until it is confirmed or given up. The "
                + "first fax to a number is held until the number was given twice. From a line of the sandbox it goes "
                + "through all of that and reaches nobody:\n\n" + string.Concat(SandboxNumbers.All.Select(one =>
                    $"- `{one.Number}` {one.Words}\n")) + "- every other number does not exist there");
        Map(api.MapGet("/jobs", ListAsync), "listJobs", "Lists outgoing faxes");
        Map(api.MapGet("/jobs/{id:guid}", FindAsync), "getJob", "One outgoing fax with its tries");
        Map(api.MapPost("/jobs/{id:guid}/confirm-number", ConfirmAsync), "confirmJobNumber",
            "Gives the number of a held fax a second time");
        Map(api.MapPost("/jobs/{id:guid}/correct-number", CorrectAsync), "correctJobNumber",
            "Gives a fax that waits, failed or was taken back another number, and sends it there");
        Map(api.MapPost("/jobs/{id:guid}/cancel", CancelAsync), "cancelJob",
            "Takes a fax back; a call that is under way is hung up");
        Map(api.MapPost("/jobs/{id:guid}/retry", RetryAsync), "retryJob",
            "Sends a fax that failed or was taken back once more, from the first page that is not confirmed");
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.RequireScope(Scopes.FaxesSend).WithName(name).WithTags("Jobs").WithSummary(summary);

    private static Outbox OutboxOf(HttpContext http) => http.RequestServices.GetRequiredService<OutboxDoor>()();

    private async Task<Created<JobView>> MakeAsync(HttpContext http, NewJobBody body)
    {
        Caller caller = Caller.Of(http);
        (JobDocuments documents, string number) =
            await RequireAsync(caller, body, http.RequestAborted).ConfigureAwait(false);
        await quotas.RequireFaxesAsync(
            caller.OwnTenant, 1, documents.Pages + (body.Cover is null ? 0 : 1), http.RequestAborted)
            .ConfigureAwait(false);
        Outbox outbox = OutboxOf(http);
        SubmittedSending made = await outbox.SubmitAsync(
            new SubmitFax
            {
                TenantId = caller.OwnTenant,
                LineId = body.Line,
                Number = number,
                Pages = documents.ReadAsync(uploads, caller.OwnTenant, http.RequestAborted),
                IdempotencyKey = JobTerms.KeyOf(http, caller),
                Terms = new SendingTerms
                {
                    NumberGivenTwice = body.NumberAgain is not null,
                    By = caller.Account,
                    NotBefore = body.NotBefore,
                    Priority = body.Priority ?? 0,
                    AnyStation = body.AnyStation ?? false,
                    Subject = body.Subject ?? "",
                    Cover = body.Cover?.Text,
                },
            },
            http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Created($"{ApiEndpoints.Prefix}/jobs/{made.FaxId}",
            await ViewAsync(outbox, caller, made.FaxId, http.RequestAborted).ConfigureAwait(false));
    }

    /// <summary>The documents and the number of a job that is as it must be.</summary>
    internal async Task<(JobDocuments Documents, string Number)> RequireAsync(
        Caller caller, NewJobBody body, CancellationToken cancellation)
    {
        Dictionary<string, string[]> errors = [];
        string number = await NumberOfAsync(caller, body, errors, cancellation).ConfigureAwait(false);
        await CheckAsync(caller, body, number, errors, cancellation).ConfigureAwait(false);
        body.Cover?.Check(errors);
        JobDocuments documents = await JobDocuments.FindAsync(uploads, caller, body, errors, cancellation)
            .ConfigureAwait(false);
        ProblemException.ThrowIf(errors);
        return (documents, number);
    }

    // Of an entry only the number is taken, and it goes to nobody but the line.
    private async Task<string> NumberOfAsync(
        Caller caller, NewJobBody body, Dictionary<string, string[]> errors, CancellationToken cancellation)
    {
        string number = body.AddressBookId is { } entry
            ? await book.FindNumberAsync(caller.OwnTenant, entry, cancellation).ConfigureAwait(false) ?? ""
            : DialledNumber.Normalize(body.Number ?? "");
        if (body.AddressBookId is not null && (body.Number is not null || number.Length == 0))
        {
            errors["addressBookId"] = ["takes the id of an entry of the address book, and no `number` beside it"];
        }
        else if (number.Length == 0)
        {
            errors["number"] = ["takes a number that can be dialled"];
        }

        return number;
    }

    private async Task CheckAsync(Caller caller, NewJobBody body, string number, Dictionary<string, string[]> errors,
        CancellationToken cancellation)
    {
        if (body.NumberAgain is { } again && DialledNumber.Normalize(again) != number)
        {
            errors["numberAgain"] = ["is not the same number: look at both"];
        }

        await JobTerms.CheckAsync(store, caller, body.Line, body.Priority, body.Subject, errors, cancellation)
            .ConfigureAwait(false);
    }

    private async Task<Ok<JobListView>> ListAsync(
        HttpContext http,
        [Description("Only jobs in this state.")]
        [Takes("string", Words = ["held", "waiting", "calling", "done", "failed", "cancelled"])] string? state,
        [Description("Which come first; `oldest` if it is left out.")]
        [Takes("string", Words = ["oldest", "newest"])] string? order,
        [Description("`next` of the answer before this one.")][Takes("string", Format = "uuid")] string? after,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit,
        [Description(NumbersDescription)][Takes("boolean")] string? numbers,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        EntryReason? why = NumbersFor(caller, query);
        SendingList which = new(
            caller.OwnTenant, query.Number("limit", LimitDefault, 1, LimitMax), null, query.Id("after"),
            query.Choice("state", null, [.. Enum.GetValues<SendingState>()
                .Select(one => (EnumWord.Of(one), (SendingState?)one))]),
            query.Choice("order", false, ("oldest", false), ("newest", true)));
        query.Finish();
        IReadOnlyList<OutboxFax> found = await OutboxOf(http).ListAsync(which, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Ok(new JobListView(
            await ShowAsync(caller, [.. found.Where(fax => caller.MaySee(fax.Fax.LineId))], why, http.RequestAborted)
                .ConfigureAwait(false),
            found.Count == which.Limit ? found[^1].Fax.FaxId : null));
    }

    private async Task<Ok<JobView>> FindAsync(
        HttpContext http, Guid id,
        [Description(NumbersDescription)][Takes("boolean")] string? numbers,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        EntryReason? why = NumbersFor(caller, query);
        query.Finish();
        OutboxFax fax = await RequireAsync(OutboxOf(http), caller, id, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(
            (await ShowAsync(caller, [fax], why, http.RequestAborted).ConfigureAwait(false))[0]);
    }

    // Null if numbers were not asked for.
    private static EntryReason? NumbersFor(Caller caller, QueryReader query)
    {
        EntryReason why = Purposes.Of(query);
        if (!query.Choice("numbers", false, ("true", true), ("false", false)))
        {
            return null;
        }

        return caller.Scopes.Contains(Scopes.FaxesRead) ? why : throw new ProblemException(
            ProblemCode.NotAllowed, $"`numbers` takes the scope {Scopes.FaxesRead} too.");
    }

    private async Task<IReadOnlyList<JobView>> ShowAsync(
        Caller caller, IReadOnlyList<OutboxFax> faxes, EntryReason? why, CancellationToken cancellation)
    {
        if (why is null)
        {
            return [.. faxes.Select(JobView.Of)];
        }

        IReadOnlyList<ShownFax> shown = await reader.ShowAsync(
            caller.Actor, why, caller.OwnTenant, [.. faxes.Select(fax => fax.Fax)], cancellation)
            .ConfigureAwait(false);
        return [.. faxes.Zip(shown, (fax, seen) => JobView.Of(fax, seen.RemoteNumber))];
    }

    private async Task<Ok<JobView>> ConfirmAsync(HttpContext http, Guid id, JobNumberBody body)
    {
        (Outbox outbox, Caller caller) = await RequireAsync(http, id).ConfigureAwait(false);
        if (!await outbox.ConfirmNumberAsync(
            caller.OwnTenant, id, body.Number, caller.Account, http.RequestAborted).ConfigureAwait(false))
        {
            throw ProblemException.Field("number", "is not the number that was given first: look at both, and correct "
                + "the one that is wrong");
        }

        return TypedResults.Ok(await ViewAsync(outbox, caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task<Ok<JobView>> CorrectAsync(HttpContext http, Guid id, JobNumberBody body)
    {
        (Outbox outbox, Caller caller) = await RequireAsync(http, id).ConfigureAwait(false);
        if (DialledNumber.Normalize(body.Number).Length == 0)
        {
            throw ProblemException.Field("number", "takes a number that can be dialled");
        }

        if (!await outbox.CorrectNumberAsync(caller.OwnTenant, id, body.Number, http.RequestAborted)
            .ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.WrongState,
                "It is being called, is over, or a page went to the old number already: that is another fax.");
        }

        return TypedResults.Ok(await ViewAsync(outbox, caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task<Ok<JobView>> CancelAsync(HttpContext http, Guid id)
    {
        (Outbox outbox, Caller caller) = await RequireAsync(http, id).ConfigureAwait(false);
        CancelResult result = await outbox.CancelAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false);
        if (result == CancelResult.TooLate)
        {
            throw new ProblemException(ProblemCode.WrongState, "It is over already.");
        }

        return TypedResults.Ok(await ViewAsync(outbox, caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task<Ok<JobView>> RetryAsync(HttpContext http, Guid id)
    {
        (Outbox outbox, Caller caller) = await RequireAsync(http, id).ConfigureAwait(false);
        if (!await outbox.RetryAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.WrongState, "It has neither failed nor been taken back.");
        }

        return TypedResults.Ok(await ViewAsync(outbox, caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<(Outbox Outbox, Caller Caller)> RequireAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        (Outbox outbox, Caller caller) = (OutboxOf(http), Caller.Of(http));
        await ViewAsync(outbox, caller, id, http.RequestAborted).ConfigureAwait(false);
        return (outbox, caller);
    }

    private static async Task<JobView> ViewAsync(
        Outbox outbox, Caller caller, Guid id, CancellationToken cancellation) =>
        JobView.Of(await RequireAsync(outbox, caller, id, cancellation).ConfigureAwait(false));

    // Of the caller's tenant and inboxes; all others are not there.
    private static async Task<OutboxFax> RequireAsync(
        Outbox outbox, Caller caller, Guid id, CancellationToken cancellation) =>
        await outbox.FindAsync(caller.OwnTenant, id, cancellation).ConfigureAwait(false) is { } fax
        && caller.MaySee(fax.Fax.LineId)
            ? fax
            : throw new ProblemException(ProblemCode.NotFound);
}
