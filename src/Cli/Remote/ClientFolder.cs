// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Hermetic.Cli.Remote;

/// <summary>What commands remember of a server, in a folder of the account that runs them: `client.json`, written by
/// hand, and the session of `hermetic sign-in`.</summary>
internal static class ClientFolder
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Our limit: some lines of JSON.
    private const int BytesMax = 64 << 10;

    /// <summary>As the XDG base directory specification has it.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home ? home
            : System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "hermetic");

    private static string Settings => System.IO.Path.Combine(Path, "client.json");

    private static string Session => System.IO.Path.Combine(Path, "session.json");

    /// <summary>The options with what the file says where they say nothing.</summary>
    public static RemoteOptions Complete(RemoteOptions options)
    {
        JsonElement file = File.Exists(Settings) ? Read(Settings, "the file client.json") : default;
        return options with
        {
            Server = options.Server ?? TextOf(file, "server"),
            Credentials = options.Credentials ?? TextOf(file, "credentials"),
            CaCert = options.CaCert ?? TextOf(file, "cacert"),
        };
    }

    /// <summary>The session at a server; null if there is none.</summary>
    public static string? SessionAt(Uri server)
    {
        if (!File.Exists(Session))
        {
            return null;
        }

        JsonElement file = ReadSecret(Session, "the file session.json");
        return TextOf(file, "server") == server.ToString() ? TextOf(file, "session") : null;
    }

    /// <summary>Keeps a session, readable by this account alone from its first byte on.</summary>
    public static void KeepSession(Uri server, string secret)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        Directory.CreateDirectory(Path, Own | UnixFileMode.UserExecute);
        ForgetSession();
        FileStreamOptions create = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Own,
        };
        using FileStream file = new(Session, create);
        using Utf8JsonWriter writer = new(file);
        writer.WriteStartObject();
        writer.WriteString("server", server.ToString());
        writer.WriteString("session", secret);
        writer.WriteEndObject();
    }

    public static void ForgetSession() => File.Delete(Session);

    /// <summary>A program's id and secret.</summary>
    /// <exception cref="RemoteException">The file does not hold them, or others can read it.</exception>
    public static (string Id, string Secret) ReadCredentials(string path)
    {
        JsonElement file = ReadSecret(path, "the file of --credentials");
        return (TextOf(file, "clientId"), TextOf(file, "clientSecret")) is ({ Length: > 0 } id, { Length: > 0 } secret)
            ? (id, secret)
            : throw new RemoteException(ExitCode.Usage, "the file of --credentials takes "
                + "{\"clientId\":\"…\",\"clientSecret\":\"…\"}, as the server gave them.");
    }

    private static JsonElement ReadSecret(string path, string what)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (File.Exists(path) && (File.GetUnixFileMode(path) & others) != 0)
        {
            throw new RemoteException(ExitCode.Usage,
                $"{what} can be read or written by others: chmod 600 it, and have the secret replaced.");
        }

        return Read(path, what);
    }

    private static JsonElement Read(string path, string what)
    {
        try
        {
            return new FileInfo(path).Length <= BytesMax ? JsonDocument.Parse(File.ReadAllBytes(path)).RootElement
                : throw new RemoteException(ExitCode.Usage, $"{what} is over {BytesMax >> 10} KiB.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RemoteException(ExitCode.Usage, $"{what} is not there, or this account can't read it.");
        }
        catch (JsonException)
        {
            throw new RemoteException(ExitCode.Usage, $"{what} is not valid JSON.");
        }
    }

    private static string? TextOf(JsonElement file, string name) => file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
