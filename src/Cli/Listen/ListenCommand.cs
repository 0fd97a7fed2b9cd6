// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Transcripts;
using Hermetic.Durable;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli.Listen;

/// <summary>`hermetic listen`: one JSON line a call on standard output, a log without PHI on standard error.</summary>
internal sealed class ListenCommand(ListenOptions options, TimeProvider time, TextWriter output, TextWriter error)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        if (options.Transcript is { } path && !TranscriptFile.CanWrite(path))
        {
            error.WriteLine("hermetic listen: the file of --transcript can't be written. Give another");
            return ExitCode.Machine;
        }

        if (OpenFolder() is not { } folder)
        {
            return ExitCode.Machine;
        }

        Warn();
        TaskCompletionSource<bool> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using DiskQueue transcripts = new(_ => Log("a transcript could not be written"));
        await using Listener listener = new(options, new FaxFolder(folder, time), time, Log)
        {
            OnFax = (report, files) =>
            {
                output.WriteLine(report.ToJsonLine(
                    [.. files.Names.Select(name => Path.Combine(options.Folder, name))]));
                output.Flush();
                first.TrySetResult(report.IsSuccess && files.Fault is null);
            },
            Watch = number => Record(number, transcripts),
        };
        try
        {
            await listener.StartAsync(cancellation);
        }
        catch (IOException)
        {
            error.WriteLine("hermetic listen: the SIP address can't be bound: another program has the port, or it is "
                + "no address of this machine. Give another with --sip");
            return ExitCode.Machine;
        }

        foreach (SipListener where in listener.Listening)
        {
            Log($"listening on {where.Address} ({where.Kind.ToString().ToUpperInvariant()})");
        }

        return await WaitAsync(first.Task, cancellation);
    }

    private async Task<ExitCode> WaitAsync(Task<bool> first, CancellationToken cancellation)
    {
        Task stopped = Task.Delay(Timeout.Infinite, cancellation);
        if (!options.Once)
        {
            await Task.WhenAny(stopped);
            return ExitCode.Success;
        }

        await Task.WhenAny(first, stopped);
        return !first.IsCompleted ? ExitCode.Cancelled : await first ? ExitCode.Success : ExitCode.FaxFailed;
    }

    private DiskFiles? OpenFolder()
    {
        try
        {
            // Pages lie here in the clear: in a folder that we make, nobody but us may read them.
            if (OperatingSystem.IsWindows())
            {
                throw new PlatformNotSupportedException("Hermetic runs on Linux");
            }

            Directory.CreateDirectory(options.Folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            DiskFiles files = new(options.Folder);

            // Told now, and not when the first fax is there.
            string probe = $".hermetic-{Guid.NewGuid():N}";
            files.Open(probe, DurableOpen.CreateNew).Dispose();
            files.Delete(probe);
            return files;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine("hermetic listen: the folder of --out can't be made or written. Give another");
            return null;
        }
    }

    private void Warn()
    {
        if (options.Sip.Any(where => !Addresses.IsLoopback(where) && where.Kind != SipTransportKind.Tls))
        {
            error.WriteLine("warning: SIP and T.38 go over the network in clear text here: whoever sits on the way "
                + "reads the pages and the numbers. Use it on a network that you trust; only what --allow names is "
                + "answered.");
        }
    }

    private CallWatch? Record(int number, DiskQueue queue)
    {
        if (options.Transcript is not { } path)
        {
            return null;
        }

        TranscriptFile file = new(TranscriptFile.PathOf(path, number), queue);
        return new CallWatch(file.Writer, file);
    }

    private void Log(string text) => error.WriteLine($"{time.GetUtcNow():HH:mm:ss} {text}");
}
