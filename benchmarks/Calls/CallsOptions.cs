// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Benchmarks.Calls;

/// <summary>What `./bench calls` is asked for.</summary>
internal sealed record CallsOptions
{
    // The media ports of both ends lie below those that the tests take (20,000): so many calls fit at once.
    public const int CallsMax = 1900;

    public const string Help =
        """
        usage: ./bench calls [--calls N] [--pages P] [--seconds S]

        Places N fax calls (default 500) of P pages (default 5) over SIP, UDP and T.38 on loopback, at the speed of a
        14,400 bit/s line: this program calls, a second process of it answers. All start within S seconds (default
        N / 50), so that all run at once. A page is dense text, fine, with error correction; each row that arrives is
        compared with the one that was sent, and a page that differs is not confirmed.

        calls-cpu-per-page  user and system time of both processes from the first INVITE to the last report, by page
                            and side. Everything counts: signalling, audio before T.38, coding, packets, JIT, collector.
        calls-cpu-to-engine the same over what libspandsp's engine alone takes for as many calls at the speed of the
                            line: ours with SIP, audio, sockets and packets, its own without
        calls-failed        calls without a report of success on both sides, or with a page too few
        calls-memory        by how much the answering process grew at its peak beyond what it took when idle, by call

        Beside them stand, measured after the calls: as many UDP packets by bare sendto and recvfrom; libspandsp's
        T.38 terminals in one thread without sockets, with the same pages: in simulated time, one call after the other;
        and as many calls as ours at once, of one page, at the speed of the line.
        Each process opens a socket a call: `ulimit -Hn` must allow N + 200.
        To profile: DOTNET_PerfMapEnabled=1 ./bench calls, and perf record -g -p PID of either process.
        """;

    public int Calls { get; init; } = 500;

    public int Pages { get; init; } = 5;

    /// <summary>Seconds in which all calls are placed.</summary>
    public double RampSeconds { get; init; } = -1;

    /// <summary>This process answers; it is started by the one that calls.</summary>
    public bool Receive { get; init; }

    /// <summary>Null, with a reason, if the arguments say nothing that we can do.</summary>
    public static CallsOptions? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        CallsOptions options = new();
        problem = "";
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--receive")
            {
                options = options with { Receive = true };
                continue;
            }

            bool parsed = i + 1 < arguments.Count & double.TryParse(i + 1 < arguments.Count ? arguments[i + 1] : "",
                NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
            CallsOptions? changed = !parsed ? null : arguments[i] switch
            {
                "--calls" when value is >= 1 and <= CallsMax => options with { Calls = (int)value },
                "--pages" when value is >= 1 and <= 1000 => options with { Pages = (int)value },
                "--seconds" when value <= 3600 => options with { RampSeconds = value },
                _ => null,
            };
            if (changed is null)
            {
                problem = $"bench calls: '{string.Join(' ', arguments.Skip(i).Take(2))}' is not understood, or out of "
                    + $"range (calls 1 to {CallsMax}, pages 1 to 1000, seconds 0 to 3600)";
                return null;
            }

            options = changed;
            i++;
        }

        return options.RampSeconds >= 0 ? options : options with { RampSeconds = options.Calls / 50.0 };
    }
}
