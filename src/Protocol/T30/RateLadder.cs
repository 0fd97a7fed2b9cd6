// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>The rates that both sides have, fastest first, and where on them the call is.</summary>
internal sealed class RateLadder
{
    private static readonly (FaxModulation Modulation, FaxModems Needs)[] Rungs =
    [
        (FaxModulation.V17At14400, FaxModems.V17),
        (FaxModulation.V17At12000, FaxModems.V17),
        (FaxModulation.V17At9600, FaxModems.V17),
        (FaxModulation.V29At9600, FaxModems.V29),
        (FaxModulation.V17At7200, FaxModems.V17),
        (FaxModulation.V29At7200, FaxModems.V29),
        (FaxModulation.V27Ter4800, FaxModems.V27Ter),
        (FaxModulation.V27Ter2400, FaxModems.V27TerFallBack),
    ];

    private readonly List<FaxModulation> _rungs = [];
    private int _at;

    /// <summary>Where V.17 is there, V.29 has nothing to add: one modulation a rate.</summary>
    public RateLadder(FaxModems both, int rateMax)
    {
        foreach ((FaxModulation modulation, FaxModems needs) in Rungs)
        {
            bool shadowed = needs == FaxModems.V29 && both.HasFlag(FaxModems.V17);
            if (both.HasFlag(needs) && !shadowed && modulation.BitsPerSecond() <= rateMax)
            {
                _rungs.Add(modulation);
            }
        }

        if (_rungs.Count == 0)
        {
            _rungs.Add(FaxModulation.V27Ter2400);
        }
    }

    public FaxModulation Current => _rungs[_at];

    /// <summary>One rung down (T.30 figure 5-2: "fallback"); false at the lowest.</summary>
    public bool TryStepDown()
    {
        if (_at + 1 >= _rungs.Count)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Down to a rate that the call had settled on before a renegotiation: a line does not get better by
    /// it.</summary>
    public void LimitTo(FaxModulation modulation)
    {
        while (Current.BitsPerSecond() > modulation.BitsPerSecond() && TryStepDown())
        {
        }
    }
}
