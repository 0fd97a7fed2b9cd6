// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Demo.Carrier;
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Demo.Tour;

namespace Hermetic.Cli.Demo;

/// <summary>What the demo says at its start: where it is, who works there and by which link each gets in, which numbers
/// there are, and the tour.</summary>
internal sealed class DemoTelling(TextWriter output)
{
    public void Tell(DemoHouse house)
    {
        output.WriteLine();
        output.WriteLine($"Portal      {house.Address.Portal}");
        output.WriteLine($"Folder      {house.Folder.Path} (certificate: {house.Folder.Certificate})");
        output.WriteLine($"Ledger key  {house.LedgerKey}");
        TellLinks(house);
        TellNumbers();
    }

    /// <summary>The tour, to be done by hand.</summary>
    public void TellTour(DemoHouse house, IReadOnlyList<TourStep> steps)
    {
        output.WriteLine();
        output.WriteLine("The tour:");
        for (int i = 0; i < steps.Count; i++)
        {
            output.WriteLine($"{i + 1,3}. {steps[i].Title}");
            foreach (string line in steps[i].ByHand(house))
            {
                output.WriteLine($"     {line}");
            }
        }

        output.WriteLine();
        output.WriteLine("Your browser does not know the certificate, which was made a moment ago for this demo. "
            + "`./hermetic demo --headless` takes the tour by itself.");
        output.WriteLine("Ctrl-C ends it.");
        output.WriteLine("ready");
    }

    // Not a table of the console's: a link that is wrapped is none.
    private void TellLinks(DemoHouse house)
    {
        output.WriteLine();
        output.WriteLine("Nobody has a password yet. Each person gets in by a link of its own, once, within 24 hours:");
        string shown = "";
        foreach (DemoInvitation one in house.Invitations)
        {
            if (one.House != shown)
            {
                output.WriteLine($"  {one.House}");
                shown = one.House;
            }

            output.WriteLine($"    {one.Name,-22} {one.Role,-21} inboxes: {one.Inboxes,-12} "
                + $"{house.Address.Portal}enrol#{one.Code}");
        }
    }

    private void TellNumbers()
    {
        output.WriteLine();
        output.WriteLine("Numbers to fax to:");
        foreach (DemoPractice practice in DemoPractice.All)
        {
            foreach (DemoLine line in practice.Lines)
            {
                output.WriteLine($"  {line.Number}  {practice.Name}, {line.Name}");
            }
        }

        foreach ((string number, string words) in new[]
        {
            (OutsideMachines.Hospital, "a hospital outside: takes every page"),
            (OutsideMachines.Busy, "is busy"),
            (OutsideMachines.BreaksOff, "takes one page a call, and breaks off in the second"),
            (OutsideMachines.SomebodyElse, "another machine answers each time"),
        })
        {
            output.WriteLine($"  {number}  {words}");
        }
    }
}
