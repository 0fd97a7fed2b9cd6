// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Doctor;
using Hermetic.Server.Hosting;

namespace Hermetic.Cli.Doctor;

/// <summary>`hermetic doctor`: the verdict of each promise with what was seen on standard output, progress on standard
/// error.</summary>
internal sealed class DoctorCommand(string path, bool json, TimeProvider time, TextWriter output, TextWriter error)
{
    private const string Name = "hermetic doctor";

    public Task<ExitCode> RunAsync(CancellationToken cancellation) => Configured.RunAsync(
        Name, path, error, settings => ExamineAsync(settings, cancellation));

    private async Task<ExitCode> ExamineAsync(ServerSettings settings, CancellationToken cancellation)
    {
        Findings found = await InstallationDoctor.ExamineAsync(
            settings, time, step => error.WriteLine($"{Name}: {step}"), cancellation);
        if (json)
        {
            WriteJson(found);
        }
        else
        {
            Write(found);
        }

        return found.Worst switch
        {
            Verdict.Holds => ExitCode.Success,
            Verdict.Broken => ExitCode.FaxFailed,
            _ => ExitCode.BadDocument,
        };
    }

    private void Write(Findings found)
    {
        foreach ((string promise, string name) in Findings.Promises)
        {
            output.WriteLine($"{promise} {Word(found.Of(promise))}: {name}");
            foreach (Finding finding in found.All.Where(finding => finding.Promise == promise))
            {
                output.WriteLine($"   {Word(finding.Verdict),-7}  {finding.Saw}");
                if (finding.Advice.Length > 0)
                {
                    output.WriteLine($"            -> {finding.Advice}");
                }
            }
        }
    }

    private void WriteJson(Findings found)
    {
        JsonLine.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("at", time.GetUtcNow());
            foreach ((string promise, _) in Findings.Promises)
            {
                writer.WriteString(promise, Word(found.Of(promise)));
            }

            writer.WriteStartArray("findings");
            foreach (Finding finding in found.All)
            {
                writer.WriteStartObject();
                writer.WriteString("promise", finding.Promise);
                writer.WriteString("verdict", Word(finding.Verdict));
                writer.WriteString("saw", finding.Saw);
                writer.WriteString("advice", finding.Advice);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.Broken => "BROKEN",
        _ => "unknown",
    };
}
