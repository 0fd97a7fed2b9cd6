// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Retention;

/// <summary>A running server whose months go by as a test says.</summary>
internal static class RetentionDesk
{
    /// <summary>A fax comes in now; its record.</summary>
    public static async Task<FaxRecord> ReceiveAsync(this Desk desk, string name, int pages = 1)
    {
        NumberRoute route = await Arrivals.RouteAsync(desk.Installation);
        Arrivals call = new(desk.Installation.ForLine(null), route, name);
        for (int i = 0; i < pages; i++)
        {
            await call.ArriveAsync(i, Arrivals.Page(i + 1));
        }

        await call.EndAsync(CallOutcome.Completed, pages);
        Assert.Empty(call.Faults);
        return (await desk.Installation.Store.Faxes.ListAsync(new FaxList(desk.Tenant, 1), default))[0];
    }

    /// <summary>Puts the clock into another month, with its keys.</summary>
    public static async Task MonthsLaterAsync(this Desk desk, int months)
    {
        DateTimeOffset now = desk.Time.GetUtcNow();
        DateTimeOffset first = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(months);
        desk.Time.Advance(first.AddDays(14) - now);
        await new Provisioning(desk.Installation).EnsureEpochsAsync(default);
    }

    /// <summary>The practice's rule, as if its people had agreed on it.</summary>
    public static async Task KeepAsync(this Desk desk, int? months)
    {
        TenantRecord tenant = (await desk.Installation.Store.Tenants.FindAsync(desk.Tenant, default))!;
        Assert.True(await desk.Installation.Store.Retention.SetAsync(
            desk.Tenant, tenant.RetentionVersion, months, Guid.NewGuid(), default));
    }

    /// <summary>The answer's JSON, if it has this status.</summary>
    public static async Task<JsonElement> AskAsync(this Desk desk, HttpMethod method, string path, string session,
        HttpStatusCode status = HttpStatusCode.OK, object? body = null, string? match = null)
    {
        using HttpResponseMessage answer = await desk.SendAsync(method, $"/api/v1{path}", body, session: session,
            match: match);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>What the ledger tells of the practice; entries of others are of months that it may have no keys
    /// of.</summary>
    public static async Task<List<EntryBody>> OwnEntriesAsync(this Desk desk)
    {
        Installation installation = desk.Installation;
        long end = await installation.Journal.AppendAsync(desk.Tenant, ChangeEntry.Of(desk.Time.GetUtcNow(),
            LedgerAct.SystemRead, new EntryActor("test", "", "", ""), "", desk.Tenant), default);
        await installation.Ledger.IntegratedAsync(end, default);
        byte[] tag = installation.Journal.TenantTag(desk.Tenant);
        List<EntryBody> entries = [];
        for (long i = 0; i < end; i++)
        {
            Assert.True(EntryEnvelope.TryDecode(installation.Ledger.Read(i)!, out EntryEnvelope? leaf, out _));
            if (leaf!.TenantTag.Span.SequenceEqual(tag))
            {
                entries.Add(installation.Journal.Read(desk.Tenant, i)!.Body!);
            }
        }

        return entries;
    }

    /// <summary>An operator erases what is due.</summary>
    public static async Task<JsonElement> EraseDueAsync(this Desk desk)
    {
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        return await desk.AskAsync(HttpMethod.Post, "/keys/erase-due", session);
    }

    /// <summary>All files of the data folder that hold pages.</summary>
    public static string[] Blobs(this Desk desk) => [.. Directory.GetFiles(
        Path.Combine(desk.Folder.Data, "blobs"), "*.page", SearchOption.AllDirectories).Select(Path.GetFileName)!];

    /// <summary>Sweeps until so many pages are left; the server's own sweep may be at work on the same ones.</summary>
    public static async Task SweepAsync(this Desk desk, int left)
    {
        await desk.Server.Web.Erasure.StepAsync(TestContext.Current.CancellationToken);
        while (desk.Blobs().Length > left)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
