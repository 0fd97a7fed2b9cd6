// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hermetic.Ledger.Entries;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: what is another practice's is not there. A walk over the route table of a running server: every place
/// that takes an id, in path, query or body, gets a living id of another practice, then one that nobody has.</summary>
public sealed partial class ForeignIdTests : IAsyncLifetime
{
    private const string OtherNumber = "+15554321";

    // Each question has an upload and a fax of its own, far more than a practice has.
    private const string Quotas = "\"quotas\": { \"uploadsPendingMax\": 100000, \"outgoingPerDayMax\": 100000 }";

    /// <summary>What the server does by itself meanwhile can only add: the least of so many is what the request
    /// costs.</summary>
    private const int CountedMax = 6;

    private const int Timed = 40; // of each kind; for people to look at, nothing is asserted of it

    private readonly StatementCount _statements = new();
    private Desk _desk = null!;
    private Practice _own = null!;
    private Practice _other = null!;
    private readonly Dictionary<string, Guid> _foreign = [];

    public async ValueTask InitializeAsync()
    {
        _desk = await Desk.StartAsync(change: text => text.Replace(
            $"[ \"{TestFolder.Number}\" ] }} ]",
            $"[ \"{TestFolder.Number}\" ], {Quotas} }}, "
                + $"{{ \"name\": \"South Clinic\", \"numbers\": [ \"{OtherNumber}\" ], {Quotas} }} ]",
            StringComparison.Ordinal));
        _statements.Folder = _desk.Folder.Path;
        _own = await Practice.OpenAsync(_desk, TestFolder.Number);
        _other = await Practice.OpenAsync(_desk, OtherNumber);
        foreach (string kind in Places().Select(place => place.Kind).Distinct())
        {
            _foreign[kind] = await _other.MakeAsync(kind);
        }
    }

    public ValueTask DisposeAsync()
    {
        _statements.Dispose();
        return _desk.DisposeAsync();
    }

    [Fact]
    public void P4_Walk_SeesThePlacesThatThereAre()
    {
        List<string> places = [.. Places().Select(place => place.ToString())];

        Assert.Contains("GET /api/v1/faxes/{id:guid}, path's id", places);
        Assert.Contains("GET /api/v1/faxes, query's line", places);
        Assert.Contains("POST /api/v1/jobs, body's upload", places);
        Assert.Contains("POST /api/v1/jobs, body's line", places);
        Assert.Contains("PATCH /api/v1/sites/{id:guid}, path's id", places);
        Assert.Contains("PATCH /api/v1/lines/{id:guid}, body's site", places);
        Assert.Contains("PUT /api/v1/accounts/{id:guid}/role, body's inboxes", places);
        Assert.True(places.Count >= 35, $"only {places.Count} places take an id");
    }

    [Fact]
    public async Task P4_AnotherPracticesId_IsAnsweredAsOneThatIsNotThere_AndChangesNothing()
    {
        Guid[] uploads = [.. _foreign.Where(one => one.Key == "uploads").Select(one => one.Value)];
        string state = await _other.StateAsync(uploads);
        int entries = (await _desk.EntriesAsync(_other.Tenant)).Count;

        foreach (IdPlace place in Places())
        {
            string foreign = await AskedAsync(place, _foreign[place.Kind]);
            string absent = await AskedAsync(place, NotThere(_foreign[place.Kind]));

            Assert.True(foreign == absent, $"{place}: another practice's\n{foreign}\nnot there\n{absent}");
        }

        Assert.Equal(entries, (await _desk.EntriesAsync(_other.Tenant)).Count);
        Assert.Equal(state, await _other.StateAsync(uploads));
    }

    /// <summary>Else the walk would prove nothing: who is refused for another reason is refused alike.</summary>
    [Fact]
    public async Task P4_OwnId_IsAnsweredOtherwise_OrIsTaken()
    {
        foreach (IdPlace place in Places())
        {
            Guid own = await _own.MakeAsync(place.Kind);
            string absent = await AskedAsync(place, Guid.NewGuid(), _own);
            string found = await AskedAsync(place, own, _own);

            Assert.True(found.StartsWith('2') || found.Split('\n')[0] != absent.Split('\n')[0],
                $"{place} answers the same to an id of one's own: the walk can't tell why\n{found}");
        }
    }

    /// <summary>Time alike: as many statements and entries for the one as for the other. What it comes to in
    /// milliseconds is printed.</summary>
    [Fact]
    public async Task P4_AnotherPracticesId_CostsAsMuchAsOneThatIsNotThere()
    {
        long counted = 0;
        foreach (IdPlace place in Places())
        {
            (long foreign, long absent) = (long.MaxValue, long.MaxValue);
            for (int i = 0; i < CountedMax && (i < 2 || foreign != absent); i++)
            {
                foreign = Math.Min(foreign, await WorkAsync(place, _foreign[place.Kind]));
                absent = Math.Min(absent, await WorkAsync(place, NotThere(_foreign[place.Kind])));
            }

            Assert.True(foreign == absent,
                $"{place}: {foreign} statements and entries for another's, {absent} for one that is not there");
            counted += foreign;
        }

        Assert.True(counted > Places().Count, $"only {counted} statements and entries counted");

        foreach (IdPlace place in Places().Where(place => place.Method == HttpMethod.Get))
        {
            await PrintTimesAsync(place);
        }
    }

    private List<IdPlace> Places() => IdPlace.All(_desk.Server.Web.Endpoints);

    // Status, headers and body, without what differs of itself: the clock, and ids.
    private async Task<string> AskedAsync(IdPlace place, Guid id, Practice? numbers = null)
    {
        Tick();
        (string path, JsonObject? body) = await place.RequestAsync(id, _own.MakeAsync, (numbers ?? _other).Number);
        using HttpResponseMessage answer = await _own.SendAsync(place.Scope, place.Method, path, body);
        IEnumerable<string> headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        string status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        string said = string.Join('\n', [status, .. headers, await answer.Content.ReadAsStringAsync()]);
        return AnyTime().Replace(AnyId().Replace(said, "ID"), "TIME");
    }

    private async Task<long> WorkAsync(IdPlace place, Guid id)
    {
        Tick();
        (string path, JsonObject? body) = await place.RequestAsync(id, _own.MakeAsync, _other.Number);
        long entry = await MarkAsync();
        long before = _statements.Count;
        using HttpResponseMessage answer = await _own.SendAsync(place.Scope, place.Method, path, body);
        await answer.Content.ReadAsByteArrayAsync();
        long after = _statements.Count;
        Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        return after - before + (await MarkAsync() - entry - 1);
    }

    private Task<long> MarkAsync() => _desk.Installation.Journal.AppendAsync(_own.Tenant, new EntryBody
    {
        At = _desk.Time.GetUtcNow(),
        Act = LedgerAct.SystemRead,
        Who = new EntryActor("test", "", "", ""),
        What = new EntryObject(""),
        Why = new EntryReason("operations"),
        Result = LedgerResult.Allowed,
    }, TestContext.Current.CancellationToken);

    private async Task PrintTimesAsync(IdPlace place)
    {
        List<double> foreign = [], absent = [];
        for (int i = 0; i < Timed; i++)
        {
            foreign.Add(await TimeAsync(place, _foreign[place.Kind]));
            absent.Add(await TimeAsync(place, Guid.NewGuid()));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{place}: p10 / p50 / p90 in ms, another's {Spread(foreign)}, not there {Spread(absent)}"));
    }

    private async Task<double> TimeAsync(IdPlace place, Guid id)
    {
        // The account's rate limit is no part of it.
        await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        (string path, _) = await place.RequestAsync(id, _own.MakeAsync, _other.Number);
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await _own.SendAsync(place.Scope, place.Method, path);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // What is made now is younger than what another practice has: ids of one instant stand in no order, and `after`
    // asks for one.
    private void Tick() => _desk.Time.Advance(TimeSpan.FromMilliseconds(2));

    // An id that nobody has, which stands in every order where the other one does.
    private static Guid NotThere(Guid beside)
    {
        byte[] bytes = beside.ToByteArray(bigEndian: true);
        Random.Shared.NextBytes(bytes.AsSpan(8));
        return new Guid(bytes, bigEndian: true);
    }

    private static string Spread(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture,
            $"{times[times.Count / 10]:0.00} / {times[times.Count / 2]:0.00} / {times[times.Count * 9 / 10]:0.00}");
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex AnyId();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+]00:00)")]
    private static partial Regex AnyTime();
}
