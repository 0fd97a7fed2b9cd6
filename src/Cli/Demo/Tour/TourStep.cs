// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Demo.House;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>One of the tour's ten steps: done by hand in a browser, or by itself over the same API.</summary>
internal abstract class TourStep
{
    public abstract string Title { get; }

    /// <summary>What to do by hand, and what is to be seen then.</summary>
    public abstract IReadOnlyList<string> ByHand(DemoHouse house);

    /// <summary>Does it.</summary>
    /// <returns>What was seen, a line each.</returns>
    /// <exception cref="DemoException">It was not as the step says.</exception>
    public abstract Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation);

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<TourStep> All() =>
    [
        new ArrivalStep(), new OpeningStep(), new OtherPracticeStep(), new OperatorStep(), new SendingStep(),
        new BusyStep(), new SomebodyElseStep(), new BreakGlassStep(), new DataFolderStep(), new ChangedLedgerStep(),
    ];

    protected static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new DemoException(otherwise);
        }
    }
}
