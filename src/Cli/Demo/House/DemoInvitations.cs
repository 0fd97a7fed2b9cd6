// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Hermetic.Cli.Demo.House;

/// <summary>A person who was invited, and by which link it gets in.</summary>
internal sealed record DemoInvitation(string House, string Name, string Role, string Inboxes, string Code);

/// <summary>Fills the demo's houses with people, by the doors that every operator and administrator has: one-time codes
/// for each, and no password that anybody knows.</summary>
internal sealed class DemoInvitations(DemoAddress at, TimeProvider time) : IDisposable
{
    private readonly List<DemoInvitation> _made = [];
    private DemoPerson? _hand;

    public IReadOnlyList<DemoInvitation> Made => _made;

    /// <summary>Enrols as the first operator, and invites a person for each seat.</summary>
    public async Task MakeAsync(string operatorCode, CancellationToken cancellation)
    {
        _hand = await DemoPerson.EnrolAsync(operatorCode, at, time, cancellation);
        await InviteAsync(_hand, "the installation", new(DemoPractice.OperatorName, DemoPractice.Operator, []), [],
            cancellation);
        JsonElement tenants = await _hand.GetAsync("tenants", cancellation);
        foreach (DemoPractice practice in DemoPractice.All)
        {
            JsonElement tenant = tenants.GetProperty("tenants").EnumerateArray()
                .First(one => one.GetProperty("name").GetString() == practice.Name);
            JsonElement first = await _hand.PostAsync($"tenants/{tenant.GetProperty("id")}/administrators",
                new { name = $"demo.setup.{tenant.GetProperty("id")}" }, cancellation);
            await FillAsync(practice, first.GetProperty("enrolmentCode").GetString()!, cancellation);
        }
    }

    /// <summary>The operator who made it all is let in no more. Once calls are taken: before an operator has enrolled
    /// none is.</summary>
    public async Task LeaveAsync(CancellationToken cancellation) => await LeaveAsync(_hand!, cancellation);

    public void Dispose() => _hand?.Dispose();

    private async Task FillAsync(DemoPractice practice, string code, CancellationToken cancellation)
    {
        using DemoPerson setup = await DemoPerson.EnrolAsync(code, at, time, cancellation);
        Dictionary<string, string> lines = [];
        JsonElement found = await setup.GetAsync("lines", cancellation);
        foreach (JsonElement line in found.GetProperty("lines").EnumerateArray())
        {
            string number = line.GetProperty("number").GetString()!;
            DemoLine known = practice.Lines.First(one => one.Number == number);
            lines[known.Name] = line.GetProperty("id").GetString()!;
            await setup.PatchAsync($"lines/{lines[known.Name]}", new { name = known.Name }, cancellation);
        }

        foreach (DemoSeat seat in practice.Seats)
        {
            string[] inboxes = seat.Inboxes is null ? ["all"] : [.. seat.Inboxes.Select(name => lines[name])];
            await InviteAsync(setup, practice.Name, seat, inboxes, cancellation);
        }

        await LeaveAsync(setup, cancellation);
    }

    private async Task InviteAsync(
        DemoPerson by, string house, DemoSeat seat, string[] inboxes, CancellationToken cancellation)
    {
        JsonElement made = await by.PostAsync(
            "accounts", new { name = seat.Name, role = seat.Role, inboxes }, cancellation);
        string shown = seat.Inboxes is null ? "all" : string.Join(", ", seat.Inboxes);
        _made.Add(new(house, seat.Name, seat.Role, shown.Length == 0 ? "none" : shown,
            made.GetProperty("enrolmentCode").GetString()!));
    }

    // What made the house keeps no way into it.
    private static async Task LeaveAsync(DemoPerson who, CancellationToken cancellation) =>
        await who.PostAsync($"accounts/{who.Account}/suspension", new { }, cancellation);
}
