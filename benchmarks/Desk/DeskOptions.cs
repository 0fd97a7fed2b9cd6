// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Benchmarks.Desk;

/// <summary>What `./bench desk` is asked for.</summary>
internal sealed record DeskOptions
{
    public const int Tenants = 5;

    public const string Help =
        """
        usage: ./bench desk [sqlite] [postgres] [--calls N] [--clients N] [--pages P] [--seconds S]

        A served installation of 5 practices in a process of its own, on SQLite (the default), PostgreSQL or both in
        turn. A second process keeps N fax calls (default 100) of P pages (default 1: dense text, fine, about half a
        minute each) going over SIP and T.38, each to a line of its own. This program is the desk: N clients (default
        50), each with an account, a session and a connection of its own, over TLS.

        A client does one thing after another and thinks in between, 3 s on average (a clerk looks at a page for
        seconds): of 20 things 12 are page views, one after the other as PNG and as TIFF, 4 are lists of 50 faxes, 2
        are searches (by line, state and time), 1 is a fax with its pages, 1 is the upload of a PDF of 2 pages. After S
        seconds (default 70) they think half a second only, for a third of that time.

        desk-page-p99   a page view from the request to the last byte; its entry is in the ledger before it is opened
        desk-live-p99   from the MCF of a fax's last page, as the caller gets it, to the event of the received fax at a
                        subscribed client (server-sent events)
        desk-errors     requests that were not answered as they should be, events that did not come, calls that failed

        Beside each page view, at the same moment and from the same client, a bare Kestrel in a third process gives as
        many bytes out of memory, and every other time it first writes and flushes a line to the same disk: no journaled
        page view can be faster than that one.
        """;

    public bool OnSqlite { get; init; }

    public bool OnPostgres { get; init; }

    public int Calls { get; init; } = 100;

    public int Clients { get; init; } = 50;

    public int Pages { get; init; } = 1;

    public double Seconds { get; init; } = 70;

    /// <summary>Null, with a reason, if the arguments say nothing that we can do.</summary>
    public static DeskOptions? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        DeskOptions options = new();
        problem = "";
        for (int i = 0; i < arguments.Count; i++)
        {
            double value = 0;
            bool valued = i + 1 < arguments.Count && double.TryParse(
                arguments[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
            DeskOptions? changed = arguments[i] switch
            {
                "sqlite" => options with { OnSqlite = true },
                "postgres" => options with { OnPostgres = true },
                // No more than a server takes on one trunk, and lines for each of the practices.
                "--calls" when valued && value is >= Tenants and <= 120 => options with { Calls = (int)value },
                "--clients" when valued && value is >= 1 and <= 500 => options with { Clients = (int)value },
                "--pages" when valued && value is >= 1 and <= 20 => options with { Pages = (int)value },
                "--seconds" when valued && value is >= 5 and <= 3600 => options with { Seconds = value },
                _ => null,
            };
            if (changed is null)
            {
                problem = $"bench desk: '{arguments[i]}' is not understood, or out of range (see --help)";
                return null;
            }

            options = changed;
            i += arguments[i].StartsWith("--", StringComparison.Ordinal) ? 1 : 0;
        }

        return options.OnPostgres ? options : options with { OnSqlite = true };
    }
}
