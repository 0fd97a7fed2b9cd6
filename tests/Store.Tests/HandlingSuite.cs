// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>How people handle received faxes: states, assignees, labels, notes, and taking it back.</summary>
public abstract class HandlingSuite : DataSuite
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);
    private static readonly TimeSpan s_undoFor = TimeSpan.FromMinutes(10);
    private static readonly Guid s_clerk = Sample.Id(901);
    private static readonly Guid s_nurse = Sample.Id(902);
    private static readonly NewEvent s_told = new(11, s_now);

    [Fact]
    public async Task Fax_ThatComesIn_IsNew_AndOneThatGoesOutIsNobodys()
    {
        await BegunAsync(500, pages: 1);
        await BegunAsync(501, direction: FaxDirection.Outbound);
        NewFax whole = Sample.Fax(Sample.Id(1), 502);
        await Store.Faxes.RecordAsync(whole, [Sample.Page(whole, 1)], Sample.Move(whole, FaxState.Received),
            Sample.Told(), Cancellation);
        Assert.Equal(FaxHandling.New, (await FindAsync(500)).Handling);
        Assert.Equal(FaxHandling.None, (await FindAsync(501)).Handling);
        Assert.Equal((FaxHandling.New, 0, 0), ((await FindAsync(502)).Handling,
            (await FindAsync(502)).HandlingVersion, (await FindAsync(502)).NotesWritten));
        Assert.Equal(ChangeResult.Missing, await ChangeAsync(Change(501, 0, FaxHandling.Done)));
        Assert.False(await Store.Handling.OpenAsync(Sample.Id(1), Sample.Id(501), s_told, Cancellation));
    }

    [Fact]
    public async Task Fax_OpenedByManyAtOnce_IsOpenedOnce_AndItsVersionStays()
    {
        await BegunAsync(500, pages: 1);
        bool[] opened = await AtOnceAsync(8, (store, i) =>
            store.Handling.OpenAsync(Sample.Id(1), Sample.Id(500), s_told, Cancellation));
        Assert.Single(opened, true);
        FaxRecord fax = await FindAsync(500);
        Assert.Equal((FaxHandling.Open, 0), (fax.Handling, fax.HandlingVersion));
        Assert.Equal(Sample.Id(500), Assert.Single(await EventsAsync()).FaxId);
        Assert.Equal(ChangeResult.Changed, await ChangeAsync(Change(500, 0, FaxHandling.Done)));
        Assert.False(await Store.Handling.OpenAsync(Sample.Id(1), Sample.Id(500), s_told, Cancellation));
        Assert.Equal(FaxHandling.Done, (await FindAsync(500)).Handling);
    }

    [Fact]
    public async Task Fax_ChangedByManyAtOnce_IsChangedByOne()
    {
        await BegunAsync(500, pages: 1);
        ChangeResult[] results = await AtOnceAsync(8, (store, i) => store.Handling.ChangeAsync(
            Act(700 + i), [Change(500, 0, null, Sample.Id(910 + i), $"by {i}")], s_told, Cancellation));
        Assert.Single(results, ChangeResult.Changed);
        Assert.Equal(7, results.Count(result => result == ChangeResult.Stale));
        int winner = Array.IndexOf(results, ChangeResult.Changed);
        FaxRecord fax = await FindAsync(500);
        Assert.Equal((1, Sample.Id(910 + winner), FaxHandling.New),
            (fax.HandlingVersion, fax.AssigneeId!.Value, fax.Handling));
        Assert.Equal(Sample.Sealed($"by {winner}"), fax.SealedLabels);
        Assert.Equal(Sample.Tag($"by {winner}"), Assert.Single(await TagsAsync(500)));
        Assert.Single(await EventsAsync());
    }

    [Fact]
    public async Task Changes_OfManyFaxes_AreMadeAllOrNone()
    {
        for (int i = 0; i < 5; i++)
        {
            await BegunAsync(500 + i, pages: 1);
        }

        await ChangeAsync(Change(503, 0, FaxHandling.Open));
        HandlingChange[] all = [.. Enumerable.Range(500, 5).Select(i => Change(i, 0, FaxHandling.Done, s_nurse, "x"))];
        Assert.Equal(ChangeResult.Stale, await ChangeAsync(all));
        Assert.Equal(ChangeResult.Missing, await ChangeAsync([.. all[..3], Change(599, 0, FaxHandling.Done)]));
        Assert.All(await FindAllAsync(), fax => Assert.Null(fax.AssigneeId));
        Assert.Empty(await TagsAsync(500));
        Assert.Single(await EventsAsync());
        all[3] = all[3] with { Version = 1 };
        Assert.Equal(ChangeResult.Changed, await ChangeAsync(all));
        Assert.All(await FindAllAsync(), fax =>
            Assert.Equal((FaxHandling.Done, s_nurse), (fax.Handling, fax.AssigneeId!.Value)));
        Assert.Equal(6, (await EventsAsync()).Count);
        await Assert.ThrowsAsync<ArgumentException>(() => ChangeAsync(all[0], all[0]));
        await Assert.ThrowsAsync<ArgumentException>(() => ChangeAsync(all[0] with { LabelTags = [] }));
        await Assert.ThrowsAsync<ArgumentException>(() => ChangeAsync(all[0] with { LabelTags = [[1]] }));
    }

    [Fact]
    public async Task Change_OfAnotherTenantsFax_IsMissing()
    {
        await BegunAsync(500, pages: 1);
        HandlingAct other = Act(700) with { TenantId = Sample.Id(2) };
        Assert.Equal(ChangeResult.Missing, await Store.Handling.ChangeAsync(
            other, [Change(500, 0, FaxHandling.Done)], s_told, Cancellation));
        Assert.False(await Store.Handling.OpenAsync(Sample.Id(2), Sample.Id(500), s_told, Cancellation));
        Assert.Equal(ChangeResult.Missing, await Store.Notes.AddAsync(
            Note(500, 1) with { TenantId = Sample.Id(2) }, 9, s_told, Cancellation));
        Assert.Equal(FaxHandling.New, (await FindAsync(500)).Handling);
    }

    [Fact]
    public async Task Undo_KeepsWhatWasBefore_UntilItsTimeIsOver()
    {
        await BegunAsync(500, pages: 1);
        await ChangeAsync(Change(500, 0, FaxHandling.Open, s_nurse, "a"));
        Assert.Equal(ChangeResult.Changed, await Store.Handling.ChangeAsync(
            Act(701), [Change(500, 1, FaxHandling.Open)], s_told, Cancellation));
        HandlingUndo first = Assert.Single(await UndoAsync(700));
        Assert.Equal(new HandlingUndo(Sample.Id(700), Sample.Id(500), 1, s_clerk, s_now, FaxHandling.New, null, null),
            first);
        HandlingUndo second = Assert.Single(await UndoAsync(701));
        // It was open already: whoever takes this back does not move it.
        Assert.Equal((2, null, s_nurse), (second.Version, second.State, second.AssigneeId!.Value));
        Assert.Equal(Sample.Sealed("a"), second.SealedLabels);
        Assert.Empty(await Store.Handling.FindUndoAsync(Sample.Id(2), Sample.Id(700), Cancellation));
        await Store.Handling.ChangeAsync(Act(702) with { At = s_now + s_undoFor + TimeSpan.FromSeconds(1) },
            [Change(500, 2, FaxHandling.Done)], s_told, Cancellation);
        Assert.Empty(await UndoAsync(700));
        Assert.Empty(await UndoAsync(701));
        Assert.Equal(FaxHandling.Open, Assert.Single(await UndoAsync(702)).State);
        Assert.Single(await Store.Handling.ListUndosAsync(Sample.Id(1), [Sample.Id(500)], Cancellation));
    }

    [Fact]
    public async Task Lists_AreFilteredByStateAssigneeAndLabel_NewestFirstBehindACursor()
    {
        for (int i = 0; i < 8; i++)
        {
            await BegunAsync(500 + i, pages: 1);
            await ChangeAsync(Change(500 + i, 0, i % 2 == 0 ? FaxHandling.Done : FaxHandling.Open,
                i % 3 == 0 ? s_nurse : null, i < 6 ? "early" : "late"));
        }

        await BegunAsync(520, direction: FaxDirection.Outbound);
        Assert.Equal([506, 504, 502, 500], await ListAsync(All with { Handling = FaxHandling.Done }));
        Assert.Equal([506, 503, 500], await ListAsync(All with { AssigneeId = s_nurse }));
        Assert.Equal([507, 505, 504, 502, 501], await ListAsync(All with { Unassigned = true }));
        Assert.Equal([505, 504], await ListAsync(All with { LabelTag = Sample.Tag("early"), Limit = 2 }));
        Assert.Equal([503, 502, 501, 500], await ListAsync(All with
        {
            LabelTag = Sample.Tag("early"),
            After = new FaxCursor((await FindAsync(504)).BegunAt, Sample.Id(504)),
        }));
        Assert.Equal([504, 502, 500], await ListAsync(All with
        {
            LabelTag = Sample.Tag("early"),
            Handling = FaxHandling.Done,
            After = new FaxCursor((await FindAsync(505)).BegunAt, Sample.Id(505)),
        }));
        Assert.Empty(await ListAsync(All with { LabelTag = Sample.Tag("none") }));
        Assert.Empty(await ListAsync(All with { TenantId = Sample.Id(2), LabelTag = Sample.Tag("early") }));
        await ChangeAsync(Change(507, 1, null));
        Assert.Equal([506], await ListAsync(All with { LabelTag = Sample.Tag("late") }));
    }

    [Fact]
    public async Task Counts_AreOfWhatWaits_ByInbox()
    {
        foreach (int line in new[] { 10, 11 })
        {
            await Store.Tenants.AddLineAsync(Sample.Line(Sample.Id(1), $"{line}", line), Sample.Tag($"route {line}"),
                Cancellation);
        }

        for (int i = 0; i < 10; i++)
        {
            NewFax fax = Sample.Fax(Sample.Id(1), 500 + i) with { LineId = Sample.Id(i < 7 ? 10 : 11) };
            await Store.Faxes.RecordAsync(fax, [Sample.Page(fax, 1)],
                Sample.Move(fax, i == 9 ? FaxState.Failed : FaxState.Received), Sample.Told(), Cancellation);
        }

        await ChangeAsync(Change(500, 0, FaxHandling.Done, s_clerk), Change(501, 0, FaxHandling.Open, s_clerk),
            Change(502, 0, FaxHandling.Open), Change(507, 0, null, s_clerk), Change(508, 0, null, s_nurse));
        Assert.Equal([new InboxCount(Sample.Id(10), 4, 2, 1), new InboxCount(Sample.Id(11), 2, 0, 1)],
            await CountAsync(s_clerk, null));
        Assert.Equal([new InboxCount(Sample.Id(11), 2, 0, 1)], await CountAsync(s_nurse, [Sample.Id(11)]));
        Assert.Empty(await CountAsync(s_clerk, []));
        Assert.Empty(await Store.Handling.CountAsync(Sample.Id(2), s_clerk, null, Cancellation));
    }

    [Fact]
    public async Task Notes_WrittenByManyAtOnce_HaveNumbersWithoutGaps()
    {
        await BegunAsync(500, pages: 1);
        await AtOnceAsync(10, async (store, i) =>
        {
            for (int number = 1; ; number++)
            {
                ChangeResult result = await store.Notes.AddAsync(
                    Note(500, number) with { SealedText = Sample.Sealed($"{i}") }, 99, s_told, Cancellation);
                if (result == ChangeResult.Changed)
                {
                    return number;
                }

                Assert.Equal(ChangeResult.Stale, result);
            }
        });
        List<NoteRecord> notes = await NotesAsync();
        Assert.Equal(Enumerable.Range(1, 10), notes.Select(note => note.Number));
        Assert.Equal(10, notes.Select(note => note.SealedText[1]).Distinct().Count());
        Assert.Equal((10, 0), ((await FindAsync(500)).NotesWritten, (await FindAsync(500)).NotesStruck));
        Assert.Equal(10, (await EventsAsync()).Count);
        Assert.Equal(ChangeResult.Full, await Store.Notes.AddAsync(Note(500, 11), 10, s_told, Cancellation));
        Assert.Equal(ChangeResult.Missing, await Store.Notes.AddAsync(Note(599, 1), 10, s_told, Cancellation));
    }

    [Fact]
    public async Task Note_IsStruckOnceByItsAuthorAlone_AndStays()
    {
        await BegunAsync(500, pages: 1);
        await Store.Notes.AddAsync(Note(500, 1), 9, s_told, Cancellation);
        Assert.Equal(StrikeResult.NotTheAuthor, await StrikeAsync(s_nurse, 1));
        Assert.Equal(StrikeResult.Missing, await StrikeAsync(s_clerk, 2));
        Assert.Equal(StrikeResult.Struck, await StrikeAsync(s_clerk, 1));
        Assert.Equal(StrikeResult.AlreadyStruck, await StrikeAsync(s_clerk, 1));
        NoteRecord note = Assert.Single(await NotesAsync());
        Assert.Equal(s_now.AddMinutes(1), note.StruckAt);
        Assert.Equal(Note(500, 1).SealedText, note.SealedText);
        Assert.Equal((1, 1), ((await FindAsync(500)).NotesWritten, (await FindAsync(500)).NotesStruck));
        Assert.Equal(2, (await EventsAsync()).Count);
        EpochUse use = Assert.Single(await Store.KeyUse.CountAsync(Sample.Id(1), Cancellation));
        Assert.Equal((1, 1), (use.Faxes, use.Notes));
    }

    private static FaxList All => new(Sample.Id(1), 50);

    private static HandlingAct Act(int change) => new(Sample.Id(1), Sample.Id(change), s_clerk, s_now, s_undoFor);

    private static HandlingChange Change(
        int fax, int version, FaxHandling? state, Guid? assignee = null, string? label = null) => new(
        Sample.Id(fax), version, state, assignee, label is null ? null : Sample.Sealed(label),
        label is null ? [] : [Sample.Tag(label)]);

    private static NoteRecord Note(int fax, int number) => new(
        Sample.Id(1), Sample.Id(fax), number, s_clerk, s_now, 0x31A0_0001, Sample.Sealed("called back"));

    private Task<ChangeResult> ChangeAsync(params HandlingChange[] changes) =>
        Store.Handling.ChangeAsync(Act(700), changes, s_told, Cancellation);

    private Task<List<HandlingUndo>> UndoAsync(int change) =>
        Store.Handling.FindUndoAsync(Sample.Id(1), Sample.Id(change), Cancellation);

    private Task<StrikeResult> StrikeAsync(Guid account, int number) => Store.Notes.StrikeAsync(
        Sample.Id(1), Sample.Id(500), number, account, s_now.AddMinutes(1), s_told, Cancellation);

    private Task<List<NoteRecord>> NotesAsync() => Store.Notes.ListAsync(Sample.Id(1), Sample.Id(500), Cancellation);

    private Task<List<InboxCount>> CountAsync(Guid account, IReadOnlyCollection<Guid>? lines) =>
        Store.Handling.CountAsync(Sample.Id(1), account, lines, Cancellation);

    private async Task<FaxRecord> FindAsync(int number) =>
        (await Store.Faxes.FindAsync(Sample.Id(1), Sample.Id(number), Cancellation))!;

    private Task<List<FaxRecord>> FindAllAsync() => Store.Faxes.FindAllAsync(
        Sample.Id(1), [.. Enumerable.Range(500, 5).Select(Sample.Id)], Cancellation);

    private async Task<IEnumerable<byte[]>> TagsAsync(int fax) =>
        (await Store.Handling.LabelTagsAsync(Sample.Id(1), [Sample.Id(fax)], Cancellation))
            .Select(label => label.LabelTag);

    private async Task<List<EventRecord>> EventsAsync() =>
        [.. (await Store.Events.ListAsync(Sample.Id(1), 0, 500, Cancellation)).Where(told => told.Kind == 11)];

    private async Task<IEnumerable<int>> ListAsync(FaxList which) =>
        (await Store.Faxes.ListAsync(which, Cancellation))
            .Select(fax => Enumerable.Range(500, 99).Single(i => Sample.Id(i) == fax.FaxId));
}

public sealed class SqliteHandlingTests : HandlingSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlHandlingTests(PostgreSqlServer server) : HandlingSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
