// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hermetic.Cli.Demo;
using Hermetic.Cli.Listen;
using Hermetic.Cli.Send;
using Hermetic.Protocol.T4;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Spectre.Console;

namespace Hermetic.Cli;

/// <summary>The commands and their options, and how each is turned into what its command takes.</summary>
internal static class CommandLine
{
    public static RootCommand Build() => new(
        "Hermetic, a fax server for healthcare. This is its line: fax over SIP and T.38.")
    {
        DemoCommandLine(),
        ListenCommandLine(),
        SendCommandLine(),
        Verify.VerifyCommandLine.Build(),
        Witness.WitnessCommandLine.Build(),
    };

    private static Command ListenCommandLine()
    {
        Option<SipListener[]> sip = ListenersOption();
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
        Option<IPNetwork[]> allow = NetworksOption();
        Option<string> id = new("--id")
        {
            Description = "Our number, told to callers (CSI).",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => "",
        };
        Option<bool> noEcm = new("--no-ecm") { Description = "Without error correction." };
        Option<string?> transcript = TranscriptOption();
        Option<MediaPortRange> ports = MediaPortsOption();
        Option<IPAddress?> advertise = AdvertiseOption();
        Command command = new("listen", "Answers fax calls and writes each fax as a TIFF file, and one line of JSON a "
            + "call on standard output. Only this machine and what --allow names is answered.")
        {
            sip, folder, once, pdf, allow, id, noEcm, transcript, ports, advertise,
        };
        command.SetAction((parsed, cancellation) => Run(new ListenCommand(new()
        {
            Sip = parsed.GetValue(sip)!,
            Folder = parsed.GetRequiredValue(folder),
            Once = parsed.GetValue(once),
            Pdf = parsed.GetValue(pdf),
            Allow = parsed.GetValue(allow) ?? [],
            StationId = parsed.GetValue(id)!,
            Ecm = !parsed.GetValue(noEcm),
            Transcript = parsed.GetValue(transcript),
            MediaPorts = parsed.GetValue(ports)!,
            Advertise = parsed.GetValue(advertise),
        }, TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }

    private static Command SendCommandLine()
    {
        Option<string> to = new("--to")
        {
            Description = "Whom to call.",
            HelpName = "sip:NUMBER@HOST[:PORT]",
            Required = true,
        };
        to.Validators.Add(result => Refuse(result, IsSipUri(result.GetValueOrDefault<string>()),
            "--to takes a SIP address: sip:5551234@192.0.2.1 or sip:5551234@fax.example:5060"));
        Option<string> from = new("--from")
        {
            Description = "Our number, told to the other side (From and TSI).",
            HelpName = "ID",
            DefaultValueFactory = _ => "",
        };
        Option<bool> noEcm = new("--no-ecm") { Description = "Without error correction." };
        Option<int> rate = new("--rate")
        {
            Description = "The fastest rate in bit/s: 14400, 12000, 9600, 7200, 4800 or 2400.",
            DefaultValueFactory = _ => 14_400,
        };
        rate.Validators.Add(result => Refuse(result,
            result.GetValueOrDefault<int>() is 14_400 or 12_000 or 9_600 or 7_200 or 4_800 or 2_400,
            "--rate takes 14400, 12000, 9600, 7200, 4800 or 2400"));
        Option<FaxResolution?> resolution = ResolutionOption();
        Option<bool> json = new("--json") { Description = "One line of JSON about the call on standard output." };
        Option<string?> transcript = TranscriptOption();
        Option<SipListener[]> sip = ListenersOption();
        sip.DefaultValueFactory = _ => [];
        sip.Description = "Our own SIP address: [udp:|tcp:]ADDRESS[:PORT]. Default: a free UDP port.";
        Argument<string[]> files = new("FILE")
        {
            Description = "PDF, TIFF, PNG, JPEG or UTF-8 text.",
            Arity = ArgumentArity.OneOrMore,
        };
        Command command = new("send", "Makes one fax of the files and sends it. " + ExitCodes.Table)
        {
            to, from, noEcm, rate, resolution, json, transcript, sip, files,
        };
        command.SetAction((parsed, cancellation) => Run(new SendCommand(new()
        {
            To = parsed.GetRequiredValue(to),
            Files = parsed.GetRequiredValue(files),
            From = parsed.GetValue(from)!,
            Ecm = !parsed.GetValue(noEcm),
            Rate = parsed.GetValue(rate),
            Resolution = parsed.GetValue(resolution),
            Json = parsed.GetValue(json),
            Transcript = parsed.GetValue(transcript),
            Local = parsed.GetValue(sip)?.FirstOrDefault(),
        }, TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }

    private static Command DemoCommandLine()
    {
        Option<bool> headless = new("--headless") { Description = "Plain lines, also on a terminal." };
        Option<string?> folder = new("--out") { Description = "Where the pages are put.", HelpName = "DIR" };
        Command command = new("demo", "Faxes a synthetic prescription from one end to the other on this machine, and "
            + "shows what both say. Asks nothing.")
        {
            headless, folder,
        };
        command.SetAction((parsed, cancellation) => Run(new DemoCommand(
            parsed.GetValue(folder) ?? DemoFolder(), parsed.GetValue(headless), TimeProvider.System,
            DemoConsole()).RunAsync(cancellation)));
        return command;
    }

    private static IAnsiConsole DemoConsole()
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive)
        {
            // What reads a pipe wraps its lines itself.
            console.Profile.Width = int.MaxValue;
        }

        return console;
    }

    // Beside the build in a checkout, else among the temporary files: there is nothing of a patient in it.
    private static string DemoFolder() => Directory.Exists("artifacts")
        ? Path.Combine("artifacts", "demo")
        : Path.Combine(Path.GetTempPath(), "hermetic-demo");

    private static Option<SipListener[]> ListenersOption() => new("--sip")
    {
        Description = "Where SIP is taken: [udp:|tcp:]ADDRESS[:PORT], several times if wanted.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => [Addresses.ParseListener("127.0.0.1:5060")!],
        CustomParser = result => Each(result, Addresses.ParseListener,
            "--sip takes [udp:|tcp:]ADDRESS[:PORT], e.g. 127.0.0.1:5060 or tcp:[::1]:5060"),
    };

    private static Option<IPNetwork[]> NetworksOption() => new("--allow")
    {
        Description = "Who else may call: a network or an address, several times if wanted. Others get no answer.",
        HelpName = "CIDR",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => Each<IPNetwork>(result, Addresses.ParseNetwork,
            "--allow takes a network or an address, e.g. 192.0.2.0/24 or 192.0.2.7"),
    };

    private static Option<MediaPortRange> MediaPortsOption() => new("--media-ports")
    {
        Description = "The UDP ports for media.",
        HelpName = "FIRST-LAST",
        DefaultValueFactory = _ => MediaPortRange.Default,
        CustomParser = result => One(result, Addresses.ParsePorts,
            "--media-ports takes FIRST-LAST within 1024-65535, e.g. 12000-12999"),
    };

    private static Option<IPAddress?> AdvertiseOption() => new("--advertise")
    {
        Description = "The address that peers are told, if it is not the one we listen on (NAT).",
        HelpName = "ADDRESS",
        CustomParser = result => One(result, text => IPAddress.TryParse(text, out IPAddress? address) ? address : null,
            "--advertise takes an IP address"),
    };

    private static Option<FaxResolution?> ResolutionOption() => new("--resolution")
    {
        Description = "standard (204 × 98 dpi), fine (204 × 196, the default), superfine (204 × 391), or 200, 300, "
            + "400, 600 dpi. The other side may ask for less.",
        HelpName = "RESOLUTION",
        CustomParser = result => One(result, Resolution,
            "--resolution takes standard, fine, superfine, 200, 300, 400 or 600"),
    };

    private static Option<string?> TranscriptOption() => new("--transcript")
    {
        Description = "Write every T.30 frame and T.38 packet with its time, for replay; no page content, no numbers.",
        HelpName = "FILE",
    };

    private static FaxResolution? Resolution(string text) => text.ToLowerInvariant() switch
    {
        "standard" => FaxResolution.Standard,
        "fine" => FaxResolution.Fine,
        "superfine" => FaxResolution.Superfine,
        "200" => FaxResolution.Dpi200,
        "300" => FaxResolution.Dpi300,
        "400" => FaxResolution.Dpi400,
        "600" => FaxResolution.Dpi600,
        _ => null,
    };

    private static bool IsSipUri(string? text) => text is not null
        && (text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        && text.IndexOf(':', StringComparison.Ordinal) < text.Length - 1 && !text.Any(c => c <= ' ');

    private static T? One<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
    {
        T? value = parse(result.Tokens[0].Value);
        Refuse(result, value is not null, complaint);
        return value;
    }

    private static T[] Each<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
    {
        T?[] values = [.. result.Tokens.Select(token => parse(token.Value))];
        Refuse(result, values.All(value => value is not null), complaint);
        return [.. values.OfType<T>()];
    }

    private static T[] Each<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
        where T : struct
    {
        T?[] values = [.. result.Tokens.Select(token => parse(token.Value))];
        Refuse(result, values.All(value => value is not null), complaint);
        return [.. values.OfType<T>()];
    }

    private static void Refuse(SymbolResult result, bool holds, string complaint)
    {
        if (!holds)
        {
            result.AddError(complaint);
        }
    }

    private static async Task<int> Run(Task<ExitCode> command)
    {
        try
        {
            return (int)await command;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("cancelled");
            return (int)ExitCode.Cancelled;
        }
    }
}
