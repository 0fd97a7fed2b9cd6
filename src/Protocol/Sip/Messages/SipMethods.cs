// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>Method names. Methods are compared with case (RFC 3261 §7.1), so a lower-case one is another
/// method.</summary>
public static class SipMethods
{
    public const string Invite = "INVITE";
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Options = "OPTIONS";
    public const string Register = "REGISTER";
    public const string Prack = "PRACK";
    public const string Update = "UPDATE";
    public const string Info = "INFO";
    public const string Message = "MESSAGE";
    public const string Notify = "NOTIFY";
    public const string Subscribe = "SUBSCRIBE";
    public const string Refer = "REFER";
    public const string Publish = "PUBLISH";

    private static readonly string[] All =
    [
        Invite, Ack, Bye, Cancel, Options, Register, Prack, Update, Info, Message, Notify, Subscribe, Refer, Publish,
    ];

    /// <summary>What our user agent answers, for the Allow header.</summary>
    public const string Allowed = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO";

    /// <summary>True for the methods named here: others get 501, these get 405 where they have no place.</summary>
    public static bool IsKnown(string method) => Array.IndexOf(All, method) >= 0;

    internal static string Intern(ReadOnlySpan<byte> method)
    {
        foreach (string known in All)
        {
            if (System.Text.Ascii.Equals(method, known))
            {
                return known;
            }
        }

        return System.Text.Encoding.Latin1.GetString(method);
    }
}
