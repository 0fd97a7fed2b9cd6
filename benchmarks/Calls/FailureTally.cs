// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony;

namespace Hermetic.Benchmarks.Calls;

/// <summary>Why calls of one side failed, each reason with its count: five hundred of a kind are one line.</summary>
internal sealed class FailureTally(string side)
{
    private readonly Dictionary<string, int> _reasons = [];

    public void Count(bool right, CallReport report)
    {
        if (!right)
        {
            string reason = $"{report.Reason} ({report.Clause}), {report.T30?.PagesConfirmed ?? 0} pages confirmed";
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        }
    }

    public void Print()
    {
        foreach ((string reason, int count) in _reasons.OrderByDescending(pair => pair.Value))
        {
            Console.Error.WriteLine($"  {count} calls failed on the {side} side: {reason}");
        }
    }
}
