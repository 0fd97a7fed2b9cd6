// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Net;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Cli.Listen;

internal static class ListenCommandLine
{
    public static Command Build()
    {
        Option<SipListener[]> sip = SharedOptions.Listeners();
        Option<string> folder = new("--out")
        {
            Description = "Folder for the received faxes: one TIFF each, named by time. Made if it is not there.",
            HelpName = "DIR",
            Required = true,
        };
        Option<bool> once = new("--once")
        {
            Description = "End after one call; exit code 0 only if its fax came whole.",
        };
        Option<bool> pdf = new("--pdf") { Description = "Write each fax as PDF, too." };
        Option<IPNetwork[]> allow = SharedOptions.Networks();
        Option<string?> id = new("--id")
        {
            Description = "Our number, told to callers (CSI).",
            HelpName = "NUMBER",
        };
        Option<bool> noEcm = new("--no-ecm") { Description = "Without error correction." };
        Option<string?> transcript = SharedOptions.Transcript();
        Option<MediaPortRange?> ports = SharedOptions.MediaPorts();
        Option<IPAddress?> advertise = SharedOptions.Advertise();
        Command command = new("listen", "Answers fax calls and writes each fax as a TIFF file, and one line of JSON a "
            + "call on standard output. Only this machine and what --allow names is answered.")
        {
            sip, folder, once, pdf, allow, id, noEcm, transcript, ports, advertise,
        };
        command.SetAction((parsed, cancellation) => CommandLine.Run(new ListenCommand(new()
        {
            Sip = parsed.GetValue(sip) is { Length: > 0 } given
                ? given : [Addresses.ParseListener(Addresses.DefaultListener)!],
            Folder = parsed.GetRequiredValue(folder),
            Once = parsed.GetValue(once),
            Pdf = parsed.GetValue(pdf),
            Allow = parsed.GetValue(allow) ?? [],
            StationId = parsed.GetValue(id) ?? "",
            Ecm = !parsed.GetValue(noEcm),
            Transcript = parsed.GetValue(transcript),
            MediaPorts = parsed.GetValue(ports) ?? MediaPortRange.Default,
            Advertise = parsed.GetValue(advertise),
        }, TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }
}
