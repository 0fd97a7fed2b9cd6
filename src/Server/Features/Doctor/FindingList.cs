// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Doctor;

/// <summary>Findings of one promise, as a probe makes them.</summary>
internal sealed class FindingList(string promise)
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public void Holds(string saw) => _all.Add(new Finding(promise, Verdict.Holds, saw));

    public void Unknown(string saw, string advice) => _all.Add(new Finding(promise, Verdict.Unknown, saw, advice));

    public void Broken(string saw, string advice) => _all.Add(new Finding(promise, Verdict.Broken, saw, advice));
}
