// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace Hermetic.Cli.Serve;

internal static class ServeCommandLine
{
    /// <summary>The least that a configuration has to say; shown by the help and by complaints.</summary>
    public const string Example = """
        {
          "data": "/var/lib/hermetic",
          "keys": { "source": "file", "file": "/etc/hermetic/root.key" },
          "ledger": { "origin": "fax.example.org/ledger" },
          "sip": { "listen": [ "127.0.0.1:5060" ] },
          "trunks": [ { "name": "carrier", "host": "sip.carrier.example" } ],
          "tenants": [ { "name": "North Clinic", "numbers": [ "+15551234" ] } ]
        }
        """;

    public static Command Build()
    {
        Option<string> config = SharedOptions.Config();
        Option<bool> check = new("--check") { Description = "Only read the configuration, and say all that is wrong." };
        Command command = new("serve", "Receives faxes into the sealed store. Settings come from one JSON file, and "
            + "over it from environment variables (HERMETIC_sip__advertise is sip.advertise). The least that it takes:"
            + "\n\n"
            + Example)
        {
            config, check,
        };
        command.SetAction((parsed, cancellation) => CommandLine.Run(new ServeCommand(
            parsed.GetRequiredValue(config), parsed.GetValue(check), TimeProvider.System, Console.Error)
            .RunAsync(cancellation)));
        return command;
    }
}
