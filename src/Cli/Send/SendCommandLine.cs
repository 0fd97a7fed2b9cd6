// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Protocol.T4;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli.Send;

internal static class SendCommandLine
{
    public static Command Build()
    {
        Option<string> to = new("--to")
        {
            Description = "Whom to call.",
            HelpName = "sip:NUMBER@HOST[:PORT]",
            Required = true,
        };
        to.Validators.Add(result => SharedOptions.Refuse(result, IsSipUri(result.GetValueOrDefault<string>()),
            "--to takes a SIP address: sip:5551234@192.0.2.1 or sip:5551234@fax.example:5060"));
        Option<string?> from = new("--from")
        {
            Description = "Our number, told to the other side (From and TSI).",
            HelpName = "ID",
        };
        Option<bool> noEcm = new("--no-ecm") { Description = "Without error correction." };
        Option<int> rate = new("--rate")
        {
            Description = "The fastest rate in bit/s: 14400, 12000, 9600, 7200, 4800 or 2400.",
            HelpName = "RATE",
            DefaultValueFactory = _ => 14_400,
        };
        rate.Validators.Add(result => SharedOptions.Refuse(result,
            result.GetValueOrDefault<int>() is 14_400 or 12_000 or 9_600 or 7_200 or 4_800 or 2_400,
            "--rate takes 14400, 12000, 9600, 7200, 4800 or 2400"));
        Option<FaxResolution?> resolution = SharedOptions.Resolution();
        Option<bool> json = new("--json") { Description = "One line of JSON about the call on standard output." };
        Option<string?> transcript = SharedOptions.Transcript();
        Option<SipListener[]> sip = SharedOptions.Listeners();
        sip.Description = "Our own SIP address: [udp:|tcp:]ADDRESS[:PORT]. Default: a free UDP port.";
        Argument<string[]> files = new("FILE")
        {
            Description = "PDF, TIFF, PNG, JPEG or UTF-8 text.",
            Arity = ArgumentArity.OneOrMore,
        };
        Command command = new("send", "Makes one fax of the files and sends it.")
        {
            to, from, noEcm, rate, resolution, json, transcript, sip, files,
        };
        HelpWithExitCodes.AddTo(command, ExitCodes.Table);
        command.SetAction((parsed, cancellation) => CommandLine.Run(new SendCommand(new()
        {
            To = parsed.GetRequiredValue(to),
            Files = parsed.GetRequiredValue(files),
            From = parsed.GetValue(from) ?? "",
            Ecm = !parsed.GetValue(noEcm),
            Rate = parsed.GetValue(rate),
            Resolution = parsed.GetValue(resolution),
            Json = parsed.GetValue(json),
            Transcript = parsed.GetValue(transcript),
            Local = parsed.GetValue(sip)?.FirstOrDefault(),
        }, TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }

    private static bool IsSipUri(string? text) => text is not null
        && (text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        && text.IndexOf(':', StringComparison.Ordinal) < text.Length - 1 && !text.Any(c => c <= ' ');
}
