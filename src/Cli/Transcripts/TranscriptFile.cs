// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T30.Transcripts;
using Hermetic.Protocol.T38;

namespace Hermetic.Cli.Transcripts;

/// <summary>A call's transcript on its way into a file. The line's thread only hands lines over; the queue writes
/// them.</summary>
/// <remarks>The file is made when T.30 begins: a call that never came so far leaves none.</remarks>
internal sealed class TranscriptFile : IDisposable
{
    private readonly string _path;
    private readonly DiskQueue _queue;
    private StreamWriter? _file;

    public TranscriptFile(string path, DiskQueue queue)
    {
        (_path, _queue) = (path, queue);
        Writer = new TranscriptWriter(line => _queue.Post(() => Write(line)));
    }

    /// <summary>To be told of the call, as <see cref="IT30Observer"/> and as <see cref="IT38Observer"/>.</summary>
    public TranscriptWriter Writer { get; }

    /// <summary>The path of call number <paramref name="call"/>, from 1: `calls.txt`, then `calls-2.txt`.</summary>
    public static string PathOf(string path, int call) => call == 1 ? path : Path.Combine(
        Path.GetDirectoryName(path) ?? "",
        $"{Path.GetFileNameWithoutExtension(path)}-{call}{Path.GetExtension(path)}");

    /// <summary>Can a file of this name be written? Told before a call, since it is too late in one.</summary>
    public static bool CanWrite(string path)
    {
        bool isNew = !File.Exists(path);
        try
        {
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (isNew)
            {
                File.Delete(path);
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Closes the file when all lines are in it.</summary>
    public void Dispose() => _queue.Post(() =>
    {
        _file?.Dispose();
        _file = null;
    });

    private void Write(string line)
    {
        _file ??= new StreamWriter(_path, append: false);
        _file.WriteLine(line);
    }
}
