// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.AddressBook;

/// <summary>The address book of a practice over HTTP.</summary>
internal sealed class AddressBookEndpoints(
    AddressBook book, FaxStore store, SealedNumbers numbers, IdempotencyKeys keys)
{
    private const int LimitDefault = 50; // our default: what a screen shows
    private const int LimitMax = 200; // our limit: each entry costs an opening or two

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapPost("/address-book", MakeAsync).WithIdempotency(keys), Scopes.AddressBookManage,
            "createAddressBookEntry", "Gives a number a name");
        Map(api.MapGet("/address-book", ListAsync), Scopes.AddressBookRead, "listAddressBook",
            "Lists the practice's address book, in the order of ids");
        Map(api.MapGet("/address-book/{id:guid}", FindAsync), Scopes.AddressBookRead, "getAddressBookEntry",
            "One entry, with what is known of its number");
        Map(api.MapPut("/address-book/{id:guid}", ChangeAsync).WithMetadata(new TakesIfMatch()),
            Scopes.AddressBookManage, "changeAddressBookEntry", "Writes an entry anew")
            .WithDescription("All of it: what is left out is empty then. Whether somebody made sure of the number goes "
                + "with the number.");
        Map(api.MapDelete("/address-book/{id:guid}", DeleteAsync).WithMetadata(new TakesIfMatch()),
            Scopes.AddressBookManage, "deleteAddressBookEntry", "Takes an entry away");
        Map(api.MapPost("/address-book/{id:guid}/verify", VerifyAsync), Scopes.AddressBookManage,
            "verifyAddressBookEntry", "Says that a person made sure whose number it is")
            .WithDescription("With the number once more. Only people can; faxes that are held for it go.");
    }

    private static RouteHandlerBuilder Map(
        RouteHandlerBuilder endpoint, string scope, string name, string summary) =>
        endpoint.RequireScope(scope).WithName(name).WithTags("Address book").WithSummary(summary);

    private async Task<Created<AddressView>> MakeAsync(HttpContext http, AddressBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        AddressEntry entry = Require(body);
        AddressRecord made = await book.AddAsync(caller, entry, http.RequestAborted).ConfigureAwait(false)
            ?? throw ProblemException.Field("name", $"there may be at most {AddressBook.EntriesMax} entries");
        return TypedResults.Created($"{ApiEndpoints.Prefix}/address-book/{made.AddressId}",
            await ViewAsync(http, made, entry).ConfigureAwait(false));
    }

    private async Task<Ok<AddressListView>> ListAsync(
        HttpContext http,
        [Description("Only entries whose name begins so, however it is spelled.")] string? name,
        [Description("Only entries of this number, in any spelling.")] string? number,
        [Description("Only entries of this group.")] string? group,
        [Description("`next` of the answer before this one.")][Takes("string", Format = "uuid")] string? after,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        string? prefix = query.Text("name");
        string? dialled = query.Text("number") is { } given ? DialledNumber.Normalize(given) : null;
        string? of = query.Text("group");
        Guid? behind = query.Id("after");
        int most = query.Number("limit", LimitDefault, 1, LimitMax);
        if (dialled?.Length == 0)
        {
            query.Complain("number", "takes a number that can be dialled");
        }

        query.Finish();
        AddressList which = new(caller.OwnTenant, most, behind, dialled is null ? null : numbers.Tag(dialled),
            of is null ? null : book.GroupTag(caller.OwnTenant, of));
        IReadOnlyList<(AddressRecord Record, AddressEntry? Entry)> some =
            await book.ListAsync(which, prefix, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new AddressListView(
            await book.ViewAsync(caller.OwnTenant, some, http.RequestAborted).ConfigureAwait(false),
            some.Count == most ? some[^1].Record.AddressId : null));
    }

    private async Task<Ok<AddressView>> FindAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        AddressRecord known = await RequireAsync(http, id).ConfigureAwait(false);
        return TypedResults.Ok(await ViewAsync(http, known, book.Open(known)).ConfigureAwait(false));
    }

    private async Task<Ok<AddressView>> ChangeAsync(HttpContext http, Guid id, AddressBody body)
    {
        new QueryReader(http).Finish();
        AddressRecord known = await RequireMatchAsync(http, id).ConfigureAwait(false);
        AddressEntry entry = Require(body);
        AddressRecord made = await book.ChangeAsync(Caller.Of(http), known, entry, http.RequestAborted)
            .ConfigureAwait(false) ?? throw EntityVersion.Stale();
        return TypedResults.Ok(await ViewAsync(http, made, entry).ConfigureAwait(false));
    }

    private async Task<NoContent> DeleteAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        AddressRecord known = await RequireMatchAsync(http, id).ConfigureAwait(false);
        return await book.DeleteAsync(Caller.Of(http), known, http.RequestAborted).ConfigureAwait(false)
            ? TypedResults.NoContent() : throw EntityVersion.Stale();
    }

    private async Task<Ok<AddressView>> VerifyAsync(HttpContext http, Guid id, AddressNumberBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        AddressRecord known = await RequireAsync(http, id).ConfigureAwait(false);
        if (caller.Role is null)
        {
            throw new ProblemException(ProblemCode.NotAllowed, "A program can't make sure whose number it is.");
        }

        string number = DialledNumber.Normalize(body.Number ?? "");
        if (number.Length == 0 || !MisdialGuard.Confirms(known.NumberTag, numbers.Tag(number)))
        {
            throw ProblemException.Field("number", "is not the number of the entry: look at both");
        }

        await book.VerifyAsync(caller, known, number, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(await ViewAsync(http, known, book.Open(known)).ConfigureAwait(false));
    }

    private static AddressEntry Require(AddressBody body)
    {
        Dictionary<string, string[]> errors = [];
        AddressEntry entry = AddressEntry.Of(body, errors);
        if (errors.Count == 0 && !AddressBook.Fits(entry))
        {
            errors["note"] = ["is too long together with the rest"];
        }

        ProblemException.ThrowIf(errors);
        return entry;
    }

    private async Task<AddressRecord> RequireAsync(HttpContext http, Guid id) =>
        await store.AddressBook.FindAsync(Caller.Of(http).OwnTenant, id, http.RequestAborted).ConfigureAwait(false)
        ?? throw new ProblemException(ProblemCode.NotFound);

    private async Task<AddressRecord> RequireMatchAsync(HttpContext http, Guid id)
    {
        AddressRecord known = await RequireAsync(http, id).ConfigureAwait(false);
        EntityVersion.RequireMatch(http, known.Version);
        return known;
    }

    private async Task<AddressView> ViewAsync(HttpContext http, AddressRecord record, AddressEntry? entry)
    {
        http.Response.Headers.ETag = EntityVersion.TagOf(record.Version);
        return (await book.ViewAsync(record.TenantId, [(record, entry)], http.RequestAborted)
            .ConfigureAwait(false))[0];
    }
}
